/** Everything behind the sign-in: the router with its frame. */
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { Waiting } from '../components/Loaded.tsx';
import { router } from '../routes.tsx';

// The policy of the page forbids code made at run time.
z.config({ jitless: true });

/** As it is while no screen is shown: what a shown one puts in its place waits for that screen. */
const atOnce = router.startTransition;

export default function Workspace() {
  // Behind the cover nobody listens: whoever comes back may be somebody else, with another place. Nothing of the last one's screen may be shown, or asked for in
  // their name, before the router is there.
  const [there, setThere] = useState(() => router.state.location.href === router.history.location.href);
  useEffect(() => {
    if (there) return;
    router.startTransition = atOnce;
    void router.load().finally(() => setThere(true));
  }, [there]);
  return there ? <RouterProvider router={router} /> : <Waiting lines={2} />;
}
