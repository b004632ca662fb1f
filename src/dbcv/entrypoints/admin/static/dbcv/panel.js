// Light or dark, as the browser is set.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
dark.addEventListener("change", follow);
follow();

// The choice of the page's size: the policy allows no handlers in attributes.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-panel-goes-there]")) window.location = event.target.value;
});
