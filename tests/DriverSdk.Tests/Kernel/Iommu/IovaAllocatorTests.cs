using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Iommu;

namespace DriverSdk.Tests.Kernel.Iommu;

[TestClass]
public sealed class IovaAllocatorTests
{
    [TestMethod]
    public void TryAllocate_FirstRange_LiesAtTheTopOfTheLow4GiB()
    {
        var allocator = new IovaAllocator(new Iova((1UL << 48) - 1), cpuCount: 1);
        var preference = IovaPreference.Below4GiB;
        Assert.IsTrue(allocator.TryAllocate(0, 1, new Iova(ulong.MaxValue), ref preference, out var first));
        Assert.AreEqual(new Iova(0xffff_f000), first);
        Assert.IsTrue(allocator.TryAllocate(0, 3, new Iova(ulong.MaxValue), ref preference, out var second));
        Assert.AreEqual(new Iova(0xffff_8000), second, "three pages are rounded to four and aligned to them");
    }

    [TestMethod]
    public void TryAllocate_LowSpaceUsedUp_GoesHighForGood()
    {
        var allocator = new IovaAllocator(new Iova((1UL << 48) - 1), cpuCount: 1);
        allocator.Reserve(new AddressRange<Iova>(new Iova(0x2000), 0xffff_e000));
        var preference = IovaPreference.Below4GiB;

        Assert.IsTrue(allocator.TryAllocate(0, 1, new Iova(ulong.MaxValue), ref preference, out var low));
        Assert.AreEqual(new Iova(0x1000), low, "page zero is never handed out, so page one is the last");
        Assert.IsTrue(allocator.TryAllocate(0, 1, new Iova(ulong.MaxValue), ref preference, out var high));
        Assert.AreEqual(new Iova(0xffff_ffff_f000), high);
        Assert.AreEqual(IovaPreference.Anywhere, preference);
    }

    [TestMethod]
    public void TryAllocate_InterruptWindowReserved_NeverLiesInIt()
    {
        var allocator = new IovaAllocator(new Iova(0xffff_ffff), cpuCount: 1);
        var window = new AddressRange<Iova>(new Iova(0xfee0_0000), 1 << 20);
        allocator.Reserve(window);
        var preference = IovaPreference.Below4GiB;
        for (var count = 0; count < 5000; count++)
        {
            Assert.IsTrue(allocator.TryAllocate(0, 1, new Iova(0xffff_ffff), ref preference, out var start));
            Assert.IsFalse(window.Contains(start));
        }
    }

    [TestMethod]
    public void TryAllocate_FreedOnAnotherCpu_ComesBackWhenSpaceIsShort()
    {
        var allocator = new IovaAllocator(new Iova(0x2fff), cpuCount: 2);
        var preference = IovaPreference.Below4GiB;
        Assert.IsTrue(allocator.TryAllocate(0, 1, new Iova(0x2fff), ref preference, out var first));
        Assert.IsTrue(allocator.TryAllocate(0, 1, new Iova(0x2fff), ref preference, out _));
        allocator.Free(1, first, 1);
        Assert.IsTrue(allocator.TryAllocate(0, 1, new Iova(0x2fff), ref preference, out var again), "the other CPU's cache is emptied before giving up");
        Assert.AreEqual(first, again);
    }

    [TestMethod]
    public void Gaps_RandomPrograms_AgreeWithAFlagPerPage()
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            const int Pages = 600;
            var random = new Random(seed);
            var gaps = new IovaGaps(1, Pages - 1);
            var naive = new NaiveIovaSpace(Pages);
            gaps.Reserve(200, 210);
            naive.Reserve(200, 210);
            var taken = new List<(int First, int Pages)>();
            for (var step = 0; step < 1200; step++)
            {
                if (random.Next(5) < 3 || taken.Count == 0)
                {
                    var pages = random.Next(1, 40);
                    var limit = random.Next(4) == 0 ? random.Next(1, Pages) : Pages - 1;
                    var alignment = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)pages);
                    var expected = naive.Take(pages, limit);
                    var found = gaps.TryTake((ulong)pages, alignment, (ulong)limit, out var first);
                    Assert.AreEqual(expected is not null, found, $"seed {seed}, step {step}");
                    if (expected is not { } start)
                        continue;
                    Assert.AreEqual((ulong)start, first, $"seed {seed}, step {step}");
                    taken.Add((start, pages));
                }
                else
                {
                    var index = random.Next(taken.Count);
                    Assert.IsTrue(gaps.TryGiveBack((ulong)taken[index].First, (ulong)taken[index].Pages), $"seed {seed}, step {step}");
                    Assert.IsFalse(gaps.TryGiveBack((ulong)taken[index].First, 1), $"given back twice: seed {seed}, step {step}");
                    naive.GiveBack(taken[index].First, taken[index].Pages);
                    taken.RemoveAt(index);
                }
            }
        }
    }

    [TestMethod]
    public void Allocator_RandomPrograms_NeverOverlapAndAreAligned()
    {
        const int Seed = 4711;
        var random = new Random(Seed);
        var allocator = new IovaAllocator(new Iova((1UL << 40) - 1), cpuCount: 3);
        var preference = IovaPreference.Below4GiB;
        var live = new SortedDictionary<ulong, ulong>();
        for (var step = 0; step < 4000; step++)
        {
            if (random.Next(5) < 3 || live.Count == 0)
            {
                var pages = (ulong)random.Next(1, 70);
                Assert.IsTrue(allocator.TryAllocate(random.Next(3), pages, new Iova((1UL << 36) - 1), ref preference, out var start));
                Assert.AreEqual(0UL, (start.Value / 4096) % System.Numerics.BitOperations.RoundUpToPowerOf2(pages), $"seed {Seed}, step {step}");
                foreach (var (other, length) in live)
                    Assert.IsFalse(start.Value < other + (length * 4096) && other < start.Value + (pages * 4096), $"seed {Seed}, step {step}: {start} overlaps 0x{other:x}");
                live.Add(start.Value, pages);
            }
            else
            {
                var (start, pages) = live.ElementAt(random.Next(live.Count));
                allocator.Free(random.Next(3), new Iova(start), pages);
                live.Remove(start);
            }
        }
    }
}
