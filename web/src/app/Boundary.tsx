import { Component, type ReactNode } from "react";
import { BrokenPage } from "./states";

/** Shows a page that leads on instead of a blank one when drawing fails or a chunk does not load. */
export class Boundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? <BrokenPage /> : this.props.children;
  }
}
