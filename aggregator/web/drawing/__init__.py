"""The site's pictures, drawn here: its icon, and the card that shows when a link is shared. Nothing is fetched."""
