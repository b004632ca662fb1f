import { useWords } from "../i18n/useWords";
import { logOut } from "../session/session";
import { tellError } from "./errors";

/** Logs out; says so when that did not work. */
export function useLeave() {
  const { t } = useWords();
  return () => void logOut().catch((error) => tellError(t, error));
}
