using System.Collections.Concurrent;
using DriverSdk.Contract.Addressing;
using DriverSdk.Qtest.Machines;

namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>Every scenario has a machine of its own, so that none inherits another's caches; the usual one is started ahead, while the scenario before it runs.</summary>
[TestClass]
public static class MachinePool
{
    private static readonly ConcurrentDictionary<MachineKind, ConcurrentQueue<Task<QtestMachine>>> Ready = [];

    /// <summary>The functions that every machine has.</summary>
    public static Bdf EduFunction => new(0, 4, 0);

    public static Bdf OtherEduFunction => new(0, 5, 0);

    private static QtestMachineOptions Usual { get; } = WithEdu(new QtestIommuOptions());

    /// <summary>A machine with the usual unit.</summary>
    public static QtestMachine Rent(MachineKind kind)
    {
        var ready = Ready.GetOrAdd(kind, _ => []);
        if (!ready.TryDequeue(out var machine))
            machine = Task.Run(() => Start(kind, Usual));
        if (ready.IsEmpty)
            ready.Enqueue(Task.Run(() => Start(kind, Usual)));
        return machine.GetAwaiter().GetResult();
    }

    /// <summary>A machine with another unit.</summary>
    public static QtestMachine Rent(MachineKind kind, QtestIommuOptions? iommu) => iommu is null ? Rent(kind) : Start(kind, WithEdu(iommu));

    [AssemblyCleanup]
    public static void EndWaitingMachines()
    {
        foreach (var machine in Ready.Values.SelectMany(ready => ready))
        {
            if (machine.ContinueWith(ended => ended.Status, TaskScheduler.Default).GetAwaiter().GetResult() == TaskStatus.RanToCompletion)
                machine.Result.Dispose();
        }
    }

    private static QtestMachine Start(MachineKind kind, QtestMachineOptions options) =>
        kind == MachineKind.Qemu ? QemuMachine.Start(options) : DriverSdkMachine.Start(options);

    private static QtestMachineOptions WithEdu(QtestIommuOptions iommu)
    {
        const string AnyAddress = "dma_mask=0xffffffffffffffff";
        return new QtestMachineOptions { Iommu = iommu }.With("edu", EduFunction, AnyAddress).With("edu", OtherEduFunction, AnyAddress);
    }
}
