// The two applications behind one address: the chat, which stays small, and the constructor with everything around it.
// Every page is a chunk of its own and brings the texts it shows.
import { Suspense } from "react";
import { Route, Switch } from "wouter";
import { Boundary } from "./Boundary";
import { page } from "./page";
import { LoadingPage } from "./states";

const Shell = page("app", () => import("../shell/Shell"));
const ChatPage = page("chat", () => import("../features/chat/ChatPage"));

export function App() {
  return (
    <Boundary>
      <Suspense fallback={<LoadingPage />}>
        <Switch>
          <Route path="/chat/:channelId">{({ channelId }) => <ChatPage key={channelId} channelId={channelId} />}</Route>
          <Route>
            <Shell />
          </Route>
        </Switch>
      </Suspense>
    </Boundary>
  );
}
