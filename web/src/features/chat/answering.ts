// Who answers in a chat: its bots, or a person in their place; and what the page around it tells them of the visitor.
import type { Facts } from "../../embed/protocol";
import type { Frame } from "../../realtime/socket";
import { takeOverOf } from "./frames";
import type { ChatGateway, Identity, Visit } from "./gateway";
import { type ChatMessage, readMessage, type WireMessage } from "./messages";

export class Answering {
  private readonly gateway: ChatGateway;
  private readonly channelId: string;
  private visit: Visit = { name: "", botIds: [], isPersonAnswering: false };
  facts: Facts | null;

  constructor(gateway: ChatGateway, channelId: string, facts: Facts | null) {
    this.gateway = gateway;
    this.channelId = channelId;
    this.facts = facts;
  }

  get name(): string {
    return this.visit.name;
  }

  get isPerson(): boolean {
    return this.visit.isPersonAnswering;
  }

  /** Asks who answers. Raises what the gateway raises. */
  async look(identity: Identity): Promise<void> {
    this.visit = await this.gateway.visit(this.channelId, identity);
  }

  /** True if the frame tells that a person took over, or gave back. */
  hear(frame: Frame): boolean {
    const isPersonAnswering = takeOverOf(frame);
    if (isPersonAnswering === null) return false;
    this.visit = { ...this.visit, isPersonAnswering };
    return true;
  }

  /** Tells the facts, if there are any. Never raises: the conversation goes on without. */
  async tell(identity: Identity): Promise<void> {
    if (!this.facts) return;
    try {
      await this.gateway.introduce(this.channelId, identity, this.facts);
    } catch (error) {
      // Whoever builds the page around reads why in the console.
      reportError(new Error(`DBCV: the facts about the visitor were not taken: ${(error as Error).message}`));
    }
  }

  read(wires: readonly WireMessage[], identity: Identity | null): ChatMessage[] {
    const cast = { ownId: identity?.subscriberId ?? "", botIds: new Set(this.visit.botIds) };
    return wires.map((wire) => readMessage(wire, cast));
  }
}
