// To which hosts credentials go along. Pure.
import type { Credential, Provider } from "../../../credentials/queries";

export const ANY_HTTP = "http";

/** The host of an address as credentials are bound to it: "crm.example.com", "http://127.0.0.1:8080"; null where it
 * is not known before the bot runs. */
export function hostOf(address: string): string | null {
  const found = /^(https?):\/\/([^/?#{}\s]+)/i.exec(address.trim());
  if (!found?.[2] || found[2].includes("@")) return null;
  const host = found[2].toLowerCase();
  return found[1]?.toLowerCase() === "http" ? `http://${host.replace(/:80$/, "")}` : host.replace(/:443$/, "");
}

/** Whether a credential goes along to a host. */
export function goesTo(credential: Credential, providers: readonly Provider[], host: string): boolean {
  const own = credential.hosts.length
    ? credential.hosts
    : (providers.find((each) => each.id === credential.provider)?.hosts ?? []);
  return own.some((each) => each === host || (each.startsWith("*.") && host.endsWith(each.slice(1))));
}
