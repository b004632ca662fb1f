// What went wrong, in words for a person: the server's own where it has some.
import { notifications } from "@mantine/notifications";
import { ApiError } from "../api/client";
import type { Translate } from "../i18n/types";

export function errorWords(t: Translate, error: unknown): string {
  if (error instanceof TypeError) return t("app.error_offline");
  if (!(error instanceof ApiError)) return t("app.error_unknown");
  const [first] = error.faults;
  if (error.status === 429) return error.message || t("app.error_often");
  if (error.status >= 500) return t("app.error_server", { code: error.status });
  return [first?.message ?? error.message, first?.hint].filter(Boolean).join(". ") || t("app.error_unknown");
}

export function tellError(t: Translate, error: unknown): void {
  notifications.show({ color: "red", title: t("app.error_title"), message: errorWords(t, error) });
}
