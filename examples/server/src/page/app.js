// Says whose server this is.
const answer = await fetch(".well-known/openid-configuration");
document.getElementById("issuer").textContent = (await answer.json()).issuer;
