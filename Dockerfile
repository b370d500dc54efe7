# The course with everything built: for JupyterHub, for Binder (which looks for a file of this name
# here), for VS Code and Codespaces (.devcontainer), and to try on one's own machine:
#
#     docker build -t lesson12-rs . && docker run --rm -p 127.0.0.1:8888:8888 lesson12-rs
#
# docs/jupyterhub.md has the rest.

# Rust and Debian in fixed versions; an image for Python would lack the first, which is the larger.
FROM rust:1.95-slim-bookworm AS base
SHELL ["/bin/sh", "-eu", "-c"]
# The C++ compiler builds kernels for the CPU device, the standard library's sources tell the Rust
# kernel its types.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ make python3 python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && rustup component add rust-src
# The machine that runs the image may be another than the one that builds it.
ENV LESSON_TARGET_CPU=portable

FROM base AS built
WORKDIR /opt/lesson12-rs/course
ENV LESSON_CACHE=/opt/lesson12-rs/cache
# The Rust kernel takes minutes to compile and depends on little.
COPY tools/course tools/course
RUN PYTHONPATH=tools python3 -c "from course import evcxr, paths; evcxr.ensure(paths.find())"
COPY . .
# The clone's own build output is needed no more: what users need lies in the cache.
RUN make hub \
    && ln -s "$(PYTHONPATH=tools python3 -m course.paths hub_venv)" /opt/lesson12-rs/python \
    && rm -rf target "$LESSON_CACHE/logs" /root/.cache

FROM base
COPY --from=built /opt/lesson12-rs /opt/lesson12-rs
# The names that JupyterHub's and Binder's own images have for the account and its number.
ARG NB_USER=jovyan
ARG NB_UID=1000
RUN useradd --create-home --shell /bin/bash --uid "$NB_UID" "$NB_USER"
ENV LESSON_SHARED=/opt/lesson12-rs/cache \
    PYTHONPATH=/opt/lesson12-rs/course/tools \
    PATH=/opt/lesson12-rs/python/bin:$PATH
USER $NB_UID
WORKDIR /home/$NB_USER
EXPOSE 8888
# A home may be a volume that is empty at first, so the user's folder is made when a container starts.
ENTRYPOINT ["/opt/lesson12-rs/python/bin/python", "-m", "course.singleuser"]
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--no-browser"]
