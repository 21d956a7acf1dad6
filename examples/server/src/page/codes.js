// Recovery codes: shown once.
import { copy, onPress, onSubmit, show, tell } from "./view.js";

/** Shows recovery codes until the user says that they are kept, then goes on. */
export function keepCodes(codes, proceed) {
  const view = show("kept", (view) => {
    const items = codes.map((code) => {
      const li = document.createElement("li");
      // In groups, for those who write it down; it can be typed with spaces or without.
      li.textContent = code.match(/.{1,4}/g).join(" ");
      return li;
    });
    view.querySelector("ul").replaceChildren(...items);
  });
  const text = codes.join("\n");
  onPress(view, "copy", () => copy(view.querySelector("ul"), text));
  onPress(view, "download", () => download(`Recovery code for ${location.host}\n\n${text}\n`));
  onSubmit(view, proceed);
}

function download(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = `recovery-code-${location.hostname}.txt`;
  link.click();
  URL.revokeObjectURL(link.href);
  tell("Downloaded.");
}
