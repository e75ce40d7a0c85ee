package bot

// Backends is for tests outside the package, which may import the adapters.
var Backends = backends
