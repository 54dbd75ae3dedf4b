using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Pci;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Machines;

namespace DriverSdk.Tests.Kernel.Pci;

[TestClass]
public sealed class PciVectorTests
{
    [TestMethod]
    public void AllocIrqVectors_Msix_SpreadsOverCpusUpToWhatIsAskedOrThere() => Run(new PciTestDevice().Msix(5).Msi(1), (kernel, device, model) =>
    {
        Assert.AreEqual(Errno.Success, device.AllocIrqVectors(2, 4));
        Assert.AreEqual(4, device.IrqVectorCount);
        CollectionAssert.AreEqual(new uint[] { 0, 1, 2, 0 }, Enumerable.Range(0, 4).Select(vector => kernel.Interrupts.TargetOf(device.IrqVector(vector)).ApicId).ToArray());
        Assert.AreEqual(Errno.Busy, device.AllocIrqVectors(1, 1));
        device.FreeIrqVectors();
        Assert.AreEqual(0, device.IrqVectorCount);

        Assert.AreEqual(Errno.Success, device.AllocIrqVectors(1, 64));
        Assert.AreEqual(5, device.IrqVectorCount);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => device.IrqVector(5));
        device.FreeIrqVectors();
    });

    [TestMethod]
    public void AllocIrqVectors_MsixTooSmall_FailsForSeveralAndFallsBackForOne() => Run(new PciTestDevice().Msi(1), (_, device, model) =>
    {
        Assert.AreEqual(Errno.NoSpace, device.AllocIrqVectors(2, 4));
        Assert.AreEqual(Errno.Success, device.AllocIrqVectors(1, 4));
        Assert.AreEqual(1, device.IrqVectorCount);
        device.FreeIrqVectors();
    });

    [TestMethod]
    public void AllocIrqVectors_FunctionWithoutAnyInterrupt_HasNone() => Run(new PciTestDevice(), (_, device, model) =>
    {
        Assert.AreEqual(Errno.NoSpace, device.AllocIrqVectors(1, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => device.AllocIrqVectors(0, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => device.AllocIrqVectors(2, 1));
    });

    [TestMethod]
    public void Interrupt_EachMsixVector_RunsItsOwnHandler() => Run(new PciTestDevice().Msix(3), (kernel, device, model) =>
    {
        device.AllocIrqVectors(3, 3);
        var seen = new List<(int Vector, int Cpu)>();
        var done = new Completion();
        for (var vector = 0; vector < 3; vector++)
            Listen(kernel, device, vector, seen, done);
        foreach (var vector in new[] { 2, 0, 1 })
        {
            model.Interrupts(vector);
            Assert.IsTrue(done.WaitTimeout(TimeSpan.FromSeconds(10)));
        }

        CollectionAssert.AreEqual(new[] { (2, 2), (0, 0), (1, 1) }, seen);
    });

    [TestMethod]
    public void FreeIrqVectors_MessagesAreOff_SoALateInterruptIsLost() => Run(new PciTestDevice().Msix(1), (kernel, device, model) =>
    {
        device.AllocIrqVectors(1, 1);
        device.FreeIrqVectors();
        model.Interrupts();
        Assert.AreEqual(0, kernel.Interrupts.SpuriousCount);
    });

    [TestMethod]
    public void SharedLine_TwoFunctionsOnOnePin_AreBothAskedUntilTheLineIsQuiet()
    {
        var (first, second) = (new PciTestDevice().Line(InterruptPin.B), new PciTestDevice().Line(InterruptPin.B));
        using var machine = new MachineBuilder().WithRam(32UL << 20).Deterministic(1).Attach(first, new Bdf(0, 1, 0)).Attach(second, new Bdf(0, 1, 1)).Build();
        machine.Run(kernel =>
        {
            var asked = new List<string>();
            var handled = new Completion("handled");
            var handlers = new List<IrqRegistration>();
            foreach (var (device, model) in new[] { (kernel.Attached()[0], first), (kernel.Attached()[1], second) })
            {
                device.EnableDevice();
                device.SetMaster();
                Assert.AreEqual(Errno.Success, device.AllocIrqVectors(1, 1));
                kernel.Interrupts.RequestSharedIrq(device.IrqVector(0), device.Name, _ =>
                {
                    asked.Add(device.Name);
                    if ((device.ReadConfig32(4) & (1u << 19)) == 0)
                        return IrqReturn.None;
                    model.Quiets();
                    handled.Complete();
                    return IrqReturn.Handled;
                }, out var handler);
                handlers.Add(handler!);
            }

            Assert.AreEqual(kernel.Attached()[0].IrqVector(0), kernel.Attached()[1].IrqVector(0));
            second.Interrupts();
            handled.Wait();
            Assert.AreEqual("0000:00:01.0 0000:00:01.1", string.Join(' ', asked));

            kernel.Interrupts.FreeIrq(handlers[1]);
            kernel.Attached()[1].FreeIrqVectors();
            first.Interrupts();
            handled.Wait();
            Assert.AreEqual("0000:00:01.0", asked[^1], "the line still serves the other function");
            kernel.Interrupts.FreeIrq(handlers[0]);
            kernel.Attached()[0].FreeIrqVectors();
        });
    }

    private static void Listen(KernelInstance kernel, PciDevice device, int vector, List<(int Vector, int Cpu)> seen, Completion done)
    {
        kernel.Interrupts.RequestIrq(device.IrqVector(vector), $"test-{vector}", _ =>
        {
            seen.Add((vector, Cpu.Current.Index));
            done.Complete();
            return IrqReturn.Handled;
        }, out _);
    }

    private static void Run(PciTestDevice model, Action<KernelInstance, PciDevice, PciTestDevice> body)
    {
        using var machine = new MachineBuilder().WithRam(32UL << 20).WithCpus(3).Deterministic(1).Attach(model, new Bdf(0, 1, 0)).Build();
        machine.Run(kernel =>
        {
            var device = kernel.Attached().Single();
            device.EnableDevice();
            device.SetMaster();
            body(kernel, device, model);
        });
    }
}
