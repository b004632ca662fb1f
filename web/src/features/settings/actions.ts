// What the codes of the audit log are called. One that is not known here is shown as it is.
import type { Key, Translate } from "../../i18n/types";

export const ACTIONS = {
  "bot.created": "settings.did_created",
  "bot.imported": "settings.did_imported",
  "bot.changed": "settings.did_changed",
  "bot.published": "settings.did_published",
  "bot.published_again": "settings.did_published_again",
  "bot.shared": "settings.did_shared",
  "bot.unshared": "settings.did_unshared",
  "bot.invited": "settings.did_invited",
  "bot.invitation_revoked": "settings.did_uninvited",
  "bot.joined": "settings.did_joined",
  "bot.owner_changed": "settings.did_owner",
  "bot.test_added": "settings.did_test_added",
  "bot.test_changed": "settings.did_test_changed",
  "bot.test_removed": "settings.did_test_removed",
  "channel.created": "settings.did_channel_created",
  "channel.changed": "settings.did_channel_changed",
  "channel.deleted": "settings.did_channel_deleted",
  "channel.transport_bound": "settings.did_channel_bound",
  "channel.transport_unbound": "settings.did_channel_unbound",
  "credential.created": "settings.did_credential_created",
  "credential.changed": "settings.did_credential_changed",
  "credential.deleted": "settings.did_credential_deleted",
  "credential.renewed": "settings.did_credential_renewed",
  "template.created": "settings.did_template_created",
  "template.changed": "settings.did_template_changed",
  "template.deleted": "settings.did_template_deleted",
  "cron.created": "settings.did_cron_created",
  "cron.changed": "settings.did_cron_changed",
  "cron.deleted": "settings.did_cron_deleted",
  "emitter.created": "settings.did_emitter_created",
  "emitter.changed": "settings.did_emitter_changed",
  "emitter.deleted": "settings.did_emitter_deleted",
  "emitter.sent": "settings.did_emitter_sent",
  "session.paused": "settings.did_session_paused",
  "session.resumed": "settings.did_session_resumed",
  "session.moved": "settings.did_session_moved",
  "session.reset": "settings.did_session_reset",
  "session.deleted": "settings.did_session_deleted",
  "variables.changed": "settings.did_variables_changed",
} as const satisfies Record<string, Key>;

export function actionWords(t: Translate, action: string): string {
  return action in ACTIONS ? t(ACTIONS[action as keyof typeof ACTIONS]) : action;
}
