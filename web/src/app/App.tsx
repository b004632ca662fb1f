// The routes. Every page is a chunk of its own and brings the texts it shows.
import { type ComponentType, lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import type { Area } from "../i18n/types";
import { loadWords } from "../i18n/words";
import { Boundary } from "./Boundary";
import { LoadingPage, LostPage } from "./states";

function page<P>(area: Area, load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(async () => (await Promise.all([load(), loadWords(area)]))[0]);
}

const HomePage = page("home", () => import("../features/home/HomePage"));
const ChatPage = page("chat", () => import("../features/chat/ChatPage"));

export function App() {
  return (
    <Boundary>
      <Suspense fallback={<LoadingPage />}>
        <Switch>
          <Route path="/">
            <HomePage />
          </Route>
          <Route path="/chat/:channelId">{({ channelId }) => <ChatPage key={channelId} channelId={channelId} />}</Route>
          <Route>
            <LostPage />
          </Route>
        </Switch>
      </Suspense>
    </Boundary>
  );
}
