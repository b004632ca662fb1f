// What can be done with a whole conversation: hand back, begin anew, move to a step, delete.
import { Button as DialogButton, Group, Menu, Modal, Select } from "@mantine/core";
import { Bot, CornerUpRight, EllipsisVertical, MessageSquareReply, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { dataOf, done } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import type { PlaceBot } from "../../shell/places";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { type Session, useRevision, useSteering } from "./queries";
import { stepNames } from "./timeline";

interface ActionsProps {
  bot: PlaceBot;
  session: Session;
  backTo: string;
}

export function Actions({ bot, session, backTo }: ActionsProps) {
  const { t } = useWords();
  const [, go] = useLocation();
  const [dialog, setDialog] = useState<"reset" | "move" | "delete" | null>(null);
  const params = { path: { session_id: session.id } };
  const close = () => setDialog(null);
  const handBack = useSteering((answer_last: boolean) =>
    dataOf(api.POST("/api/v1/sessions/{session_id}/resume", { params, body: { answer_last } })),
  );
  const reset = useSteering(() => dataOf(api.POST("/api/v1/sessions/{session_id}/reset", { params })));
  const remove = useSteering(() => done(api.DELETE("/api/v1/sessions/{session_id}", { params })));
  return (
    <>
      {session.paused_by && (
        <Button kind="main" disabled={handBack.isPending} onClick={() => handBack.mutate(false)}>
          <Bot {...ICON} />
          {t("inbox.hand_back")}
        </Button>
      )}
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <Button kind="icon" aria-label={t("inbox.actions")} title={t("inbox.actions")}>
            <EllipsisVertical {...ICON} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {session.paused_by && (
            <Menu.Item leftSection={<MessageSquareReply {...ICON} />} onClick={() => handBack.mutate(true)}>
              {t("inbox.hand_back_answer")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<CornerUpRight {...ICON} />} onClick={() => setDialog("move")}>
            {t("inbox.move")}
          </Menu.Item>
          <Menu.Item leftSection={<RotateCcw {...ICON} />} onClick={() => setDialog("reset")}>
            {t("inbox.reset")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<Trash2 {...ICON} />} onClick={() => setDialog("delete")}>
            {t("inbox.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === "move" && <MoveDialog bot={bot} session={session} onClose={close} />}
      {dialog === "reset" && (
        <ConfirmDialog
          title={t("inbox.reset_title")}
          action={t("inbox.reset")}
          isBusy={reset.isPending}
          onConfirm={() => reset.mutate(undefined, { onSettled: close })}
          onClose={close}
        >
          {t("inbox.reset_text")}
        </ConfirmDialog>
      )}
      {dialog === "delete" && (
        <ConfirmDialog
          title={t("inbox.delete_title")}
          action={t("inbox.delete")}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => go(backTo), onError: close })}
          onClose={close}
        >
          {t("inbox.delete_text")}
        </ConfirmDialog>
      )}
    </>
  );
}

function MoveDialog({ bot, session, onClose }: { bot: PlaceBot; session: Session; onClose: () => void }) {
  const { t } = useWords();
  const { data: revision } = useRevision(bot.id, bot.published_revision);
  const [stepId, setStepId] = useState<string | null>(null);
  const move = useSteering((step_id: string) =>
    dataOf(
      api.POST("/api/v1/sessions/{session_id}/move", {
        params: { path: { session_id: session.id } },
        body: { step_id },
      }),
    ),
  );
  // Steps inside of templates are no place to wait in.
  const names = stepNames({ steps: revision?.document.steps });
  return (
    <Modal opened onClose={onClose} title={t("inbox.move_title")}>
      <Select
        label={t("inbox.step")}
        description={t("inbox.move_text")}
        data={[...names].map(([value, name]) => ({ value, label: name || value }))}
        value={stepId}
        onChange={setStepId}
        searchable
        limit={100}
        data-autofocus
      />
      <Group justify="flex-end" mt="lg">
        <DialogButton variant="default" onClick={onClose}>
          {t("app.cancel")}
        </DialogButton>
        <DialogButton
          disabled={stepId === null}
          loading={move.isPending}
          onClick={() => stepId && move.mutate(stepId, { onSuccess: onClose })}
        >
          {t("inbox.move")}
        </DialogButton>
      </Group>
    </Modal>
  );
}
