using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Kernel.Iommu;

[TestClass]
public sealed class InterruptEntryTableTests
{
    private static readonly Bdf Source = new(0, 3, 0);
    private static readonly InterruptTarget Target = new(1, 0x41);

    [TestMethod]
    public void TryAdd_EveryEntryTaken_SaysSoUntilOneIsGivenBack()
    {
        using var bench = Bench(out var table);
        var handles = new HashSet<ushort>();
        for (var i = 0; i < InterruptEntryTable.EntryCount; i++)
        {
            Assert.IsTrue(table.TryAdd([Source], Target, InterruptTrigger.Edge, out var handle));
            Assert.IsTrue(handles.Add(handle), $"handle {handle} was given out twice");
        }

        Assert.IsFalse(table.TryAdd([Source], Target, InterruptTrigger.Edge, out _));
        table.Remove(77);
        Assert.IsTrue(table.TryAdd([Source], Target, InterruptTrigger.Edge, out var again));
        Assert.AreEqual(77, again);
    }

    [TestMethod]
    public void Remove_EntryThatTheUnitHasCached_IsForgotten()
    {
        using var bench = Bench(out var table);
        Assert.IsTrue(table.TryAdd([Source], Target, InterruptTrigger.Edge, out var handle));
        Assert.AreEqual(InterruptVerdict.Remapped, bench.Unit!.Remap(Source, RemappableMessage.Of(handle), out var interrupt));
        Assert.AreEqual(Target.Vector, interrupt.Vector);

        table.Remove(handle);
        Assert.AreEqual(InterruptVerdict.Refused, bench.Unit.Remap(Source, RemappableMessage.Of(handle), out _));
    }

    [TestMethod]
    public void TryAdd_UnitThatDoesNotSnoop_SeesTheEntry()
    {
        using var bench = Bench(out var table, TableCoherency.NonCoherent);
        Assert.IsTrue(table.TryAdd([Source], Target, InterruptTrigger.Level, out var handle));
        Assert.AreEqual(InterruptVerdict.Remapped, bench.Unit!.Remap(Source, RemappableMessage.Of(handle), out _));
        Assert.AreEqual(InterruptVerdict.Refused, bench.Unit.Remap(new Bdf(0, 4, 0), RemappableMessage.Of(handle), out _));
    }

    private static DmaBench Bench(out InterruptEntryTable table, TableCoherency coherency = TableCoherency.Coherent)
    {
        var bench = new DmaBench(unit: new RemappingUnitOptions { Coherency = coherency });
        var driver = bench.Iommu.Unit!;
        driver.PrepareInterrupts();
        driver.TurnOn();
        table = driver.InterruptEntries!;
        return bench;
    }
}
