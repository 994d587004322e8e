"""How a head is seen: pose, light, raster, frames, and the true flow between them."""
