import { useState } from "react";

/** Runs what a form asks for, one at a time, and keeps why it failed. */
export function useSubmit() {
  const [isRunning, setIsRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (work: () => Promise<void>) => {
    setIsRunning(true);
    setError(null);
    try {
      await work();
    } catch (raised) {
      setError(raised);
    } finally {
      setIsRunning(false);
    }
  };
  return { run, isRunning, error };
}
