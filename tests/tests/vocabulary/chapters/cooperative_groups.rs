//! Cooperative groups.

use crate::table::{Chapter, Entry, entries};

pub const CHAPTER: Chapter = Chapter {
    headers: &[
        "cooperative_groups.h",
        "cooperative_groups/reduce.h",
        "cooperative_groups/scan.h",
        "cooperative_groups/memcpy_async.h",
    ],
    before: r#"
namespace cg = cooperative_groups;
__device__ int lane() { return (threadIdx.y * 16 + threadIdx.x) % 32; }
__device__ int number() { return threadIdx.y * 16 + threadIdx.x; }
struct Pair { double x; int n; };
"#,
    runs: entries! {
        "this_thread_block" => "{ cg::thread_block b = cg::this_thread_block(); return b.thread_rank() == number() && b.size() == 64; }",
        "thread_block.sync" => "{ __shared__ int x; auto b = cg::this_thread_block(); if (b.thread_rank() == 63) x = 5; b.sync(); bool is = x == 5; b.sync(); return is; }",
        "thread_block.num_threads" => "cg::this_thread_block().num_threads() == 64",
        "thread_block.group_index" => "cg::this_thread_block().group_index().x == blockIdx.x",
        "thread_block.thread_index" => "cg::this_thread_block().thread_index().y == threadIdx.y",
        "thread_block.dim_threads" => "cg::this_thread_block().dim_threads().x == 16",
        "cg::sync" => "{ auto b = cg::this_thread_block(); cg::sync(b); return true; }",
        "thread_group" => "{ cg::thread_group g = cg::this_thread_block(); g.sync(); return g.size() == 64 && g.thread_rank() == number(); }",
        "tiled_partition of 32" => "{ auto t = cg::tiled_partition<32>(cg::this_thread_block()); return t.size() == 32 && t.thread_rank() == lane() && t.num_threads() == 32; }",
        "tiled_partition of 4" => "{ auto t = cg::tiled_partition<4>(cg::this_thread_block()); return t.size() == 4 && t.thread_rank() == lane() % 4; }",
        "tiled_partition at run time" => "{ cg::thread_group t = cg::tiled_partition(cg::this_thread_block(), 8); t.sync(); return t.size() == 8 && t.thread_rank() == lane() % 8; }",
        "tile of a tile" => "{ auto w = cg::tiled_partition<32>(cg::this_thread_block()); auto t = cg::tiled_partition<8>(w); return t.thread_rank() == lane() % 8 && t.meta_group_rank() == lane() / 8; }",
        "thread_block_tile" => "{ cg::thread_block_tile<16> t = cg::tiled_partition<16>(cg::this_thread_block()); t.sync(); return t.thread_rank() == lane() % 16; }",
        "tile.meta_group_rank" => "{ auto t = cg::tiled_partition<16>(cg::this_thread_block()); return t.meta_group_rank() == number() / 16 && t.meta_group_size() == 4; }",
        "tile.shfl" => "cg::tiled_partition<8>(cg::this_thread_block()).shfl(lane(), 3) == lane() / 8 * 8 + 3",
        "tile.shfl_down" => "{ auto t = cg::tiled_partition<8>(cg::this_thread_block()); int x = t.shfl_down(lane(), 2); return t.thread_rank() > 5 || x == lane() + 2; }",
        "tile.shfl_up" => "{ auto t = cg::tiled_partition<8>(cg::this_thread_block()); int x = t.shfl_up(lane(), 2); return t.thread_rank() < 2 || x == lane() - 2; }",
        "tile.shfl_xor" => "cg::tiled_partition<8>(cg::this_thread_block()).shfl_xor(lane(), 5) == (lane() ^ 5)",
        "tile.shfl of a struct" => "{ Pair p = {lane() * 0.5, lane()}; Pair q = cg::tiled_partition<32>(cg::this_thread_block()).shfl(p, 6); return q.x == 3.0 && q.n == 6; }",
        "tile.any" => "{ auto t = cg::tiled_partition<4>(cg::this_thread_block()); return t.any(lane() == 9) == (lane() / 4 == 2); }",
        "tile.all" => "{ auto t = cg::tiled_partition<4>(cg::this_thread_block()); return t.all(lane() != 9) == (lane() / 4 != 2); }",
        "tile.ballot" => "{ auto t = cg::tiled_partition<8>(cg::this_thread_block()); return t.ballot(lane() % 2) == 0xaa; }",
        "tile.match_any" => "{ auto t = cg::tiled_partition<8>(cg::this_thread_block()); return t.match_any(lane() % 2) == (lane() % 2 ? 0xaa : 0x55); }",
        "tile.match_all" => "{ auto t = cg::tiled_partition<8>(cg::this_thread_block()); int all; return t.match_all(7, all) == 0xff && all; }",
        "coalesced_threads" => "{ if (lane() % 4 == 1) { auto g = cg::coalesced_threads(); return g.size() == 8 && g.thread_rank() == lane() / 4; } return true; }",
        "coalesced_group.shfl" => "{ if (lane() % 4 == 1) { cg::coalesced_group g = cg::coalesced_threads(); return g.shfl(lane(), 2) == 9; } return true; }",
        "coalesced_group.ballot" => "{ if (lane() % 4 == 1) { auto g = cg::coalesced_threads(); return g.ballot(lane() > 4) == 0xfe; } return true; }",
        "coalesced_group.sync" => "{ if (lane() < 7) cg::coalesced_threads().sync(); return true; }",
        "reduce with plus" => "{ auto t = cg::tiled_partition<32>(cg::this_thread_block()); return cg::reduce(t, lane(), cg::plus<int>()) == 496; }",
        "reduce with less" => "{ auto t = cg::tiled_partition<8>(cg::this_thread_block()); return cg::reduce(t, float(lane()), cg::less<float>()) == lane() / 8 * 8; }",
        "reduce with greater" => "{ auto t = cg::tiled_partition<8>(cg::this_thread_block()); return cg::reduce(t, lane(), cg::greater<int>()) == lane() / 8 * 8 + 7; }",
        "reduce with bit_or" => "{ auto t = cg::tiled_partition<32>(cg::this_thread_block()); return cg::reduce(t, 1u << lane(), cg::bit_or<unsigned>()) == 0xffffffff; }",
        "reduce with bit_and" => "{ auto t = cg::tiled_partition<32>(cg::this_thread_block()); return cg::reduce(t, ~(1u << lane()), cg::bit_and<unsigned>()) == 0; }",
        "reduce with bit_xor" => "{ auto t = cg::tiled_partition<32>(cg::this_thread_block()); return cg::reduce(t, 1u << lane(), cg::bit_xor<unsigned>()) == 0xffffffff; }",
        "reduce with a lambda" => "{ auto t = cg::tiled_partition<4>(cg::this_thread_block()); return cg::reduce(t, 2, [](int a, int b) { return a * b; }) == 16; }",
        "reduce of a coalesced group" => "{ if (lane() % 4 == 1) { auto g = cg::coalesced_threads(); return cg::reduce(g, 1, cg::plus<int>()) == 8; } return true; }",
        "inclusive_scan" => "{ auto t = cg::tiled_partition<16>(cg::this_thread_block()); return cg::inclusive_scan(t, 1) == t.thread_rank() + 1 && cg::inclusive_scan(t, 2, cg::plus<int>()) == 2 * (t.thread_rank() + 1); }",
        "exclusive_scan" => "{ auto t = cg::tiled_partition<16>(cg::this_thread_block()); return cg::exclusive_scan(t, 1) == t.thread_rank(); }",
        "binary_partition" => "{ auto t = cg::tiled_partition<32>(cg::this_thread_block()); auto g = cg::binary_partition(t, lane() < 5); return g.size() == (lane() < 5 ? 5 : 27); }",
        "labeled_partition" => "{ auto t = cg::tiled_partition<32>(cg::this_thread_block()); auto g = cg::labeled_partition(t, lane() % 3); return g.size() == (lane() % 3 == 2 ? 10 : 11) && g.thread_rank() == lane() / 3; }",
        "memcpy_async" => "{ __shared__ int x[64], y[64]; auto b = cg::this_thread_block(); x[number()] = number(); b.sync(); cg::memcpy_async(b, y, x, sizeof x); cg::wait(b); bool is = y[63 - number()] == 63 - number(); b.sync(); return is; }",
        "this_grid" => "{ auto g = cg::this_grid(); return g.size() == 128 && g.thread_rank() == blockIdx.x * 64 + number(); }",
        "grid_group.num_blocks" => "cg::this_grid().num_blocks() == 2",
        "grid_group.block_rank" => "cg::this_grid().block_rank() == blockIdx.x",
    },
    refused: entries! {
        "shfl_xor of a coalesced group" => "cg::coalesced_threads().shfl_xor(1, 1) == 1",
        "a tile of 5" => "cg::tiled_partition<5>(cg::this_thread_block()).size() == 5",
    },
    ..Chapter::named("cooperative_groups")
};
