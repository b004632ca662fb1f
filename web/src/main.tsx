import "@fontsource-variable/inter/wght.css";
import "./ui/tokens.css";
import "./ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { loadWords } from "./i18n/words";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
await loadWords("shell");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
