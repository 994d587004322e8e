"""The head as a painted surface: shape, skin, features, hair, wrinkles, displacement."""
