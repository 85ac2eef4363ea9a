/** Everything behind the sign-in: the router with its frame. */
import { RouterProvider } from '@tanstack/react-router';
import { router } from '../routes.tsx';

export default function Workspace() {
  return <RouterProvider router={router} />;
}
