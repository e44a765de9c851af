"""Communicating with Congress: letters as XML files for offices of Congress. Unverified, and nothing is sent."""
