using System.Runtime.CompilerServices;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Machines;

[TestClass]
public sealed class MachineLifetimeTests
{
    // A collection that threads keep parts of (ConcurrentBag did) would hold every machine of a long run.
    [TestMethod]
    public void ADisposedMachine_IsHeldByNobody()
    {
        var machine = RunAndForget();
        for (var attempt = 0; attempt < 20 && machine.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.IsFalse(machine.IsAlive, "the root complex of a disposed machine is still reachable");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference RunAndForget()
    {
        using var machine = TestMachine.WithIommu();
        return new WeakReference(machine.Machine.Board.RootComplex);
    }
}
