/** Everything behind the sign-in: the router with its frame. */
import { RouterProvider } from '@tanstack/react-router';
import { z } from 'zod';
import { router } from '../routes.tsx';

// The policy of the page forbids code made at run time.
z.config({ jitless: true });

export default function Workspace() {
  return <RouterProvider router={router} />;
}
