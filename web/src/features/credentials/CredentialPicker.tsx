// Chooses a credential of a bot, and makes one in place. Used wherever something acts with a key: steps, channels.
import { Skeleton } from "@mantine/core";
import { Suspense } from "react";
import { page } from "../../app/page";

export interface CredentialPickerProps {
  botId: string;
  /** Whose credentials fit, by the ids of providers; none: everybody's. */
  providers?: readonly string[];
  value: string | null;
  onChange: (credentialId: string | null) => void;
  /** What a credential made here is bound to, beside its provider's own hosts. */
  hosts?: readonly string[];
  isReadOnly?: boolean;
  /** What is wrong with the choice. */
  error?: string;
}

const Picker = page<CredentialPickerProps>("credentials", () => import("./Picker"));

export function CredentialPicker(props: CredentialPickerProps) {
  return (
    <Suspense fallback={<Skeleton height={60} />}>
      <Picker {...props} />
    </Suspense>
  );
}
