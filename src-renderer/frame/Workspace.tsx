/** Everything behind the sign-in: the router with its frame. */
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { z } from 'zod';
import { router } from '../routes.tsx';

// The policy of the page forbids code made at run time.
z.config({ jitless: true });

export default function Workspace() {
  // Behind the cover nobody listens: whoever comes back may be somebody else, with another place.
  useEffect(() => {
    if (router.state.location.href !== router.history.location.href) void router.load();
  }, []);
  return <RouterProvider router={router} />;
}
