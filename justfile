# The commands of a working day. Each one is a plain command line: without `just`, type it.

# List the recipes.
default:
    @just --list

# Build the program for use.
build:
    cargo build --release --locked

# Everything that needs no other program: unit tests, properties, examples, the architecture.
test:
    cargo test --locked --all-features

# Formatting and lints, as strict as continuous integration.
lint:
    cargo fmt --check
    cargo clippy --all-targets --all-features --locked -- -D warnings

# The documentation of the library; a broken link is an error.
docs:
    RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --locked

# The program inside the real tools (needs Go; the first run builds them).
e2e:
    e2e/run

# Speed.
bench:
    cargo bench --locked

# Edits every manifest below a folder in memory and has other readers judge the result
fidelity folder:
    FIDELITY_DIR={{absolute_path(folder)}} cargo test --release --test fidelity -- --nocapture
