"""What runs inside the jail: an interpreter of its own with an empty environment. Standard library only; of the service
it knows nothing but the frames on one socket. `zygote` starts, `cell` is a child's life, `call` runs one code step."""
