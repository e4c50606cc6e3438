//! Go's `sort.Slice` as it is since Go 1.19: pattern-defeating quicksort, which permutes ties, but always the same way.
//!
//! KServe sorts candidates by priority with it, so with thirteen or more of them the winner among equals is the one
//! that this very algorithm happens to put first. It has to be followed step by step; a stable sort answers otherwise.

/// Sorts as Go does, where `less` is the strict order.
pub(super) fn sort<T>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    let limit = bit_length(items.len());
    let length = items.len();
    Sort { items, less }.quick(0, length, limit);
}

/// Slices up to this length are sorted by insertion.
const INSERTION_UP_TO: usize = 12;
/// From this length on the pivot is a median of medians.
const NINTHER_FROM: usize = 50;
/// From this length on several elements are looked at for a pivot, and patterns are broken.
const PATTERN_FROM: usize = 8;
/// As many exchanges as choosing a pivot can take: the slice is likely to be in decreasing order.
const ALL_EXCHANGES: usize = 4 * 3;
/// How often a nearly sorted slice is mended before it is partitioned after all.
const MENDING_STEPS: usize = 5;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    Unknown,
    Increasing,
    Decreasing,
}

struct Sort<'a, T, L> {
    items: &'a mut [T],
    less: L,
}

impl<T, L: Fn(&T, &T) -> bool> Sort<'_, T, L> {
    fn less(&self, one: usize, other: usize) -> bool {
        (self.less)(&self.items[one], &self.items[other])
    }

    fn quick(&mut self, mut a: usize, mut b: usize, mut limit: u32) {
        let (mut balanced, mut partitioned) = (true, true);
        loop {
            let length = b - a;
            if length <= INSERTION_UP_TO {
                return self.insertion(a, b);
            }
            if limit == 0 {
                return self.heap(a, b);
            }
            if !balanced {
                self.break_patterns(a, b);
                limit -= 1;
            }
            let (mut pivot, mut hint) = self.choose_pivot(a, b);
            if hint == Hint::Decreasing {
                self.items[a..b].reverse();
                pivot = (b - 1) - (pivot - a);
                hint = Hint::Increasing;
            }
            if balanced && partitioned && hint == Hint::Increasing && self.mend(a, b) {
                return;
            }
            if a > 0 && !self.less(a - 1, pivot) {
                a = self.partition_equal(a, b, pivot);
                continue;
            }
            let (middle, already_partitioned) = self.partition(a, b, pivot);
            partitioned = already_partitioned;
            let (left, right) = (middle - a, b - middle);
            balanced = left.min(right) >= length / 8;
            if left < right {
                self.quick(a, middle, limit);
                a = middle + 1;
            } else {
                self.quick(middle + 1, b, limit);
                b = middle;
            }
        }
    }

    fn insertion(&mut self, a: usize, b: usize) {
        for end in a + 1..b {
            let mut at = end;
            while at > a && self.less(at, at - 1) {
                self.items.swap(at, at - 1);
                at -= 1;
            }
        }
    }

    fn heap(&mut self, a: usize, b: usize) {
        let length = b - a;
        for root in (0..length.div_ceil(2)).rev() {
            self.sift_down(root, length, a);
        }
        for end in (0..length).rev() {
            self.items.swap(a, a + end);
            self.sift_down(0, end, a);
        }
    }

    fn sift_down(&mut self, mut root: usize, end: usize, first: usize) {
        loop {
            let mut child = 2 * root + 1;
            if child >= end {
                return;
            }
            if child + 1 < end && self.less(first + child, first + child + 1) {
                child += 1;
            }
            if !self.less(first + root, first + child) {
                return;
            }
            self.items.swap(first + root, first + child);
            root = child;
        }
    }

    /// Swaps three elements around the middle with others, chosen by a generator seeded with the length.
    fn break_patterns(&mut self, a: usize, b: usize) {
        let length = b - a;
        if length < PATTERN_FROM {
            return;
        }
        let mut random = length as u64;
        let mask = (1_usize << bit_length(length)) - 1;
        let first = a + (length / 4) * 2 - 1;
        for offset in 0..3 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            // Only the low bits count, so the width of usize does not matter.
            #[allow(clippy::cast_possible_truncation)]
            let mut other = random as usize & mask;
            if other >= length {
                other -= length;
            }
            self.items.swap(first + offset, a + other);
        }
    }

    #[allow(clippy::many_single_char_names)] // The names of the published algorithm.
    fn choose_pivot(&self, a: usize, b: usize) -> (usize, Hint) {
        let length = b - a;
        let mut exchanges = 0;
        let quarter = length / 4;
        let (mut i, mut j, mut k) = (a + quarter, a + quarter * 2, a + quarter * 3);
        if length >= PATTERN_FROM {
            if length >= NINTHER_FROM {
                i = self.median(i - 1, i, i + 1, &mut exchanges);
                j = self.median(j - 1, j, j + 1, &mut exchanges);
                k = self.median(k - 1, k, k + 1, &mut exchanges);
            }
            j = self.median(i, j, k, &mut exchanges);
        }
        match exchanges {
            0 => (j, Hint::Increasing),
            ALL_EXCHANGES => (j, Hint::Decreasing),
            _ => (j, Hint::Unknown),
        }
    }

    fn median(&self, one: usize, two: usize, three: usize, exchanges: &mut usize) -> usize {
        let (one, two) = self.exchange(one, two, exchanges);
        let (two, _) = self.exchange(two, three, exchanges);
        let (_, two) = self.exchange(one, two, exchanges);
        two
    }

    fn exchange(&self, one: usize, other: usize, exchanges: &mut usize) -> (usize, usize) {
        if self.less(other, one) {
            *exchanges += 1;
            (other, one)
        } else {
            (one, other)
        }
    }

    /// Sorts a slice that is nearly in order already; false when it is not.
    fn mend(&mut self, a: usize, b: usize) -> bool {
        let mut at = a + 1;
        for _ in 0..MENDING_STEPS {
            while at < b && !self.less(at, at - 1) {
                at += 1;
            }
            if at == b {
                return true;
            }
            if b - a < NINTHER_FROM {
                return false;
            }
            self.items.swap(at, at - 1);
            if at - a >= 2 {
                let mut down = at - 1;
                while down >= 1 && self.less(down, down - 1) {
                    self.items.swap(down, down - 1);
                    down -= 1;
                }
            }
            if b - at >= 2 {
                let mut up = at + 1;
                while up < b && self.less(up, up - 1) {
                    self.items.swap(up, up - 1);
                    up += 1;
                }
            }
        }
        false
    }

    /// Splits into elements equal to the pivot and greater ones, where none is less. Answers with the first greater.
    fn partition_equal(&mut self, a: usize, b: usize, pivot: usize) -> usize {
        self.items.swap(a, pivot);
        let (mut i, mut j) = (a + 1, b - 1);
        loop {
            while i <= j && !self.less(a, i) {
                i += 1;
            }
            while i <= j && self.less(a, j) {
                j -= 1;
            }
            if i > j {
                return i;
            }
            self.items.swap(i, j);
            i += 1;
            j -= 1;
        }
    }

    /// Splits into elements less than the pivot and the others. Answers with the pivot's place, and whether nothing moved.
    fn partition(&mut self, a: usize, b: usize, pivot: usize) -> (usize, bool) {
        self.items.swap(a, pivot);
        let (mut i, mut j) = (a + 1, b - 1);
        let mut already_partitioned = true;
        loop {
            while i <= j && self.less(i, a) {
                i += 1;
            }
            while i <= j && !self.less(j, a) {
                j -= 1;
            }
            if i > j {
                self.items.swap(j, a);
                return (j, already_partitioned);
            }
            already_partitioned = false;
            self.items.swap(i, j);
            i += 1;
            j -= 1;
        }
    }
}

fn bit_length(number: usize) -> u32 {
    usize::BITS - number.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reproducible shuffle: the tests must not depend on chance.
    fn numbers(length: usize, distinct: u64) -> Vec<u64> {
        let step =
            |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        std::iter::successors(Some(length as u64), step)
            .skip(1)
            .take(length)
            .map(|state| (state >> 33) % distinct)
            .collect()
    }

    #[test]
    fn it_sorts_whatever_the_length_and_the_number_of_ties() {
        for length in 0..400 {
            for distinct in [1, 2, 7, 1_000_000] {
                let mut items = numbers(length, distinct);
                let mut expected = items.clone();
                expected.sort_unstable();
                sort(&mut items, |one, other| one < other);
                assert_eq!(items, expected, "{length} items, {distinct} distinct");
            }
        }
    }

    #[test]
    fn it_keeps_ties_up_to_twelve_and_not_beyond() {
        for length in [12, 13] {
            let mut items: Vec<(u64, usize)> = numbers(length, 2).into_iter().zip(0..).collect();
            let mut stable = items.clone();
            stable.sort_by_key(|(number, _)| *number);
            sort(&mut items, |one, other| one.0 < other.0);
            assert_eq!(items == stable, length == 12, "{length} items");
        }
    }
}
