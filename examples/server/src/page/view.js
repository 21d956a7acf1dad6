// Showing one view at a time, and doing one thing at a time in it.
import { Refused } from "./api.js";
import { explain } from "./words.js";

const main = document.querySelector("main");
const message = document.getElementById("message");

/** Shows a view and moves the focus to what is new. `fill` completes it before. */
export function show(name, fill = () => {}) {
  const view = document.getElementById(name).content.firstElementChild.cloneNode(true);
  fill(view);
  main.replaceChildren(view);
  document.title = `${view.querySelector("h1").textContent} – ${location.hostname}`;
  view.querySelector("[data-focus]").focus();
  return view;
}

/** Tells what has happened, without taking the focus. */
export function tell(text = "") {
  message.textContent = text;
}

/** What to do when the server takes the session for over. */
let onEnd = () => {};
export function whenSessionEnds(action) {
  onEnd = action;
}

let busy = false;

/** Runs an action of a view unless one is under way, and shows what goes wrong. */
export async function attempt(view, action, words) {
  if (busy) return;
  busy = true;
  view.ariaBusy = "true";
  view.querySelector(".error").textContent = "";
  view.querySelector("[data-answer]")?.removeAttribute("aria-invalid");
  try {
    await action();
  } catch (reason) {
    fail(view, reason, words);
  } finally {
    busy = false;
    view.ariaBusy = "false";
  }
}

function fail(view, reason, words) {
  if (reason instanceof Refused && reason.status === 401 && reason.error !== "invalid_client") {
    onEnd();
    return;
  }
  tell();
  view.querySelector(".error").textContent = explain(reason, words);
  // A field whose content was wrong is where to go on.
  const field = view.querySelector("[data-answer]");
  if (field && reason instanceof Refused) {
    field.ariaInvalid = "true";
    field.focus();
    field.select();
  }
}

/** Sends a view's form to an action. */
export function onSubmit(view, action, words) {
  const form = view.querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(view, () => action(Object.fromEntries(new FormData(form))), words);
  });
}

/** Runs an action when a button of a view is pressed. */
export function onPress(view, name, action) {
  const button = view.querySelector(`[data-do="${name}"]`);
  button.hidden = false;
  button.addEventListener("click", () => attempt(view, action));
}

/** Buttons for the ways there are, each with what it does. */
export function fillWays(view, ways) {
  const item = document.getElementById("way").content.firstElementChild;
  const items = ways.map(([text, action]) => {
    const li = item.cloneNode(true);
    li.firstElementChild.textContent = text;
    li.firstElementChild.addEventListener("click", () => attempt(view, action));
    return li;
  });
  view.querySelector("nav").hidden = items.length === 0;
  view.querySelector("nav ul").replaceChildren(...items);
}

/** Asks before something that cannot be undone. */
export function confirmed(title, text) {
  const dialog = document.getElementById("confirm");
  document.getElementById("confirm-title").textContent = title;
  document.getElementById("confirm-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  dialog.onclick = ({ target }) => target.value && dialog.close(target.value);
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === "yes");
  });
}

/** Copies a text; where the browser does not let it, selects it to be copied by hand. */
export async function copy(element, text) {
  try {
    await navigator.clipboard.writeText(text);
    tell("Copied.");
  } catch {
    getSelection().selectAllChildren(element);
    tell("Selected: copy it with your keyboard.");
  }
}
