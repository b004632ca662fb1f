// An invitation outlives the way through the log-in, in this tab only.
const KEY = "dbcv.invitation";

export function keptInvitation(): string {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

export function keepInvitation(token: string): void {
  try {
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
  } catch {
    // Not kept: after the log-in the link has to be opened once more.
  }
}
