// How kinds of steps look and are called.
import {
  Braces,
  Clock,
  GitBranch,
  Headset,
  type LucideIcon,
  MessageCircle,
  MessageCircleQuestionMark,
  Plug,
  Send,
  Workflow,
} from "lucide-react";
import type { CardKind } from "../graph/cards";

export const KIND_ICONS: Record<CardKind, LucideIcon> = {
  message: MessageCircle,
  question: MessageCircleQuestionMark,
  logic: GitBranch,
  request: Send,
  code: Braces,
  integration: Plug,
  template: Workflow,
  handover: Headset,
  timer: Clock,
};

export const KIND_KEYS = {
  message: "editor.kind_message",
  question: "editor.kind_question",
  logic: "editor.kind_logic",
  request: "editor.kind_request",
  code: "editor.kind_code",
  integration: "editor.kind_integration",
  template: "editor.kind_template",
  handover: "editor.kind_handover",
  timer: "editor.kind_timer",
} as const satisfies Record<CardKind, string>;
