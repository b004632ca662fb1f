// Runs before the first paint, so that a chosen theme does not flash. A file, not inline: the CSP allows no inline script.
try {
  const theme = localStorage.getItem("dbcv.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage (private mode, blocked cookies): the system's theme is used.
}
