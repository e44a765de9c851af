"""What takes strangers' code apart, always in a process of its own with limits (see campaign.articles.child)."""
