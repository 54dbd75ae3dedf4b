using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Tests.Kernel.Debugging;

[TestClass]
public sealed class PageStatesTests
{
    [TestMethod]
    public void MapThenFree_AndFreeThenMap_AreBothSeenByTheSecond()
    {
        using var states = new PageStates(new PhysAddr(16UL << 20));
        states.Allocate(new Pfn(5), 2);
        Assert.AreEqual(PageFindings.None, states.Map(new Pfn(5), 2));
        Assert.AreEqual(PageFindings.Mapped, states.Free(new Pfn(5), 1));
        Assert.AreEqual(PageFindings.NotAllocated, states.Map(new Pfn(5), 2));
    }

    [TestMethod]
    public void Drain_UntilItsEnd_IsSeenByAFree()
    {
        using var states = new PageStates(new PhysAddr(16UL << 20));
        states.Allocate(new Pfn(1), 1);
        states.Map(new Pfn(1), 1);
        Assert.AreEqual(PageFindings.None, states.BeginDrain(new Pfn(1), 1));
        Assert.AreEqual(PageFindings.Draining, states.Free(new Pfn(1), 1));
        states.EndDrain(new Pfn(1), 1);
        states.Allocate(new Pfn(1), 1);
        Assert.AreEqual(PageFindings.None, states.Free(new Pfn(1), 1));
        Assert.AreEqual(PageFindings.Underflow, states.BeginDrain(new Pfn(1), 1));
    }

    [TestMethod]
    public void Map_MoreThan32767Times_IsAnOverflowAndNotAWrap()
    {
        using var states = new PageStates(new PhysAddr(16UL << 20));
        states.Allocate(new Pfn(8), 9);
        for (var count = 0; count < 0x7fff; count++)
            Assert.AreEqual(PageFindings.None, states.Map(new Pfn(8), 9));
        Assert.AreEqual(PageFindings.Overflow, states.Map(new Pfn(8), 9));
        Assert.AreEqual(PageFindings.Mapped, states.Free(new Pfn(8), 9));
    }

    [TestMethod]
    public void RandomRuns_AgreeWithOneObjectPerPage()
    {
        const int Pages = 2000;
        for (var seed = 1; seed <= 4; seed++)
        {
            var random = new Random(seed);
            using var states = new PageStates(new PhysAddr(16UL << 20));
            var naive = Enumerable.Range(0, Pages).Select(_ => new NaivePage()).ToArray();
            for (var step = 0; step < 3000; step++)
            {
                var first = random.Next(Pages);
                var count = Math.Min(random.Next(1, random.Next(4) == 0 ? 1200 : 40), Pages - first);
                var pages = naive.AsSpan(first, count);
                var action = random.Next(5);
                var expected = PageFindings.None;
                foreach (var page in pages)
                    expected |= page.Do(action);
                var pfn = new Pfn((ulong)first);
                var found = action switch
                {
                    0 => states.Allocate(pfn, (ulong)count),
                    1 => states.Free(pfn, (ulong)count),
                    2 => states.Map(pfn, (ulong)count),
                    3 => states.BeginDrain(pfn, (ulong)count),
                    _ => states.EndDrain(pfn, (ulong)count),
                };
                Assert.AreEqual(expected, found, $"seed {seed}, step {step}");
            }
        }
    }

    private sealed class NaivePage
    {
        private bool _allocated;
        private int _mapped;
        private int _draining;

        public PageFindings Do(int action)
        {
            var held = (_mapped > 0 ? PageFindings.Mapped : 0) | (_draining > 0 ? PageFindings.Draining : 0);
            switch (action)
            {
                case 0:
                case 1:
                    _allocated = action == 0;
                    return held;
                case 2:
                    _mapped++;
                    return _allocated ? PageFindings.None : PageFindings.NotAllocated;
                case 3 when _mapped == 0:
                case 4 when _draining == 0:
                    return PageFindings.Underflow;
                case 3:
                    _mapped--;
                    _draining++;
                    return PageFindings.None;
                default:
                    _draining--;
                    return PageFindings.None;
            }
        }
    }
}
