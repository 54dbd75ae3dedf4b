using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Machines;

/// <summary>Every word of the vocabulary fails when it should, and says what it saw.</summary>
[TestClass]
public sealed class VocabularyTests
{
    [TestMethod]
    public void Access_ThatLanded_FailsTheOtherExpectations() => Run((machine, loan) =>
    {
        var access = machine.DeviceWrites(loan.Iova, "x"u8).ShouldLand().ShouldMiss();
        Fails(() => access.ShouldFault(FaultReason.WriteDenied), $"The write of {loan.Iova} by 0000:00:02.0 should fault with WriteDenied; it ended with Success");
        Fails(() => access.ShouldHit(), "should hit the IOTLB; it ended with Success, 0 IOTLB hits and 1 walks, and the kernel logged no fault");
        Fails(() => access.ShouldNotReachTheIommu(), "should be refused before the IOMMU");
        Fails(() => machine.DeviceWrites(loan.Iova, "x"u8).ShouldMiss(), "should miss the IOTLB");
    });

    [TestMethod]
    public void Access_ThatFaulted_FailsTheOtherExpectations() => Run((machine, loan) =>
    {
        var access = machine.DeviceReads(loan.Iova, new byte[1]);
        Fails(() => access.ShouldLand(), "should land; it ended with UnsupportedRequest");
        Fails(() => access.ShouldLand(), "the kernel logged: device '0000:00:02.0' was refused a read");
        Fails(() => access.ShouldFault(FaultReason.WriteDenied), "should fault with WriteDenied");
        var fault = access.ShouldFault(FaultReason.ReadDenied);
        Fails(() => fault.At(loan.Iova + 4096), "should lie in the page of");
        Fails(() => fault.By("nic0"), "should name device 'nic0'; the kernel logged: device '0000:00:02.0'");
    });

    [TestMethod]
    public void Fault_OfAnEarlierAccess_IsNotThisOnes() => Run((machine, loan) =>
    {
        machine.DeviceReads(loan.Iova, new byte[1]).ShouldFault(FaultReason.ReadDenied);
        Fails(() => machine.DeviceWrites(loan.Iova, "x"u8).ShouldFault(FaultReason.ReadDenied), "the kernel logged no fault");
    });

    [TestMethod]
    public void Fault_OutsideOfARun_IsReadAsWell()
    {
        using var machine = TestMachine.WithIommu();
        machine.DeviceReads(new Iova(0x7000), new byte[1]).ShouldFault(FaultReason.ReadDenied).At(new Iova(0x7123));
    }

    [TestMethod]
    public void Report_ThatIsMissing_ListsWhatThereIs() => Run((machine, loan) =>
    {
        Fails(() => machine.ShouldReport("DRV1003"), "DRV1003 should be reported; the sanitizer reported nothing.");
        var iova = loan.Iova;
        loan.Unmap();
        loan.Unmap();
        Fails(() => machine.ShouldReport("DRV1002"), "DRV1003 driver 'probe'");
        Fails(() => machine.ShouldReportNothing(), "DRV1003 driver 'probe'");
        var report = machine.ShouldReport("drv1003").At(iova).Once();
        Fails(() => report.At(iova + 1), $"A report should name {iova + 1}; there is only:");
        Fails(() => report.By("nic0"), "A report should name device 'nic0'");
        loan.Unmap();
        Fails(() => machine.ShouldReport("DRV1003").Once(), "One report was expected, 2 were made:");
    });

    private static void Run(Action<TestMachine, DmaLoan<FromDevice>> body)
    {
        using var machine = TestMachine.Deterministic(1);
        machine.Run(() =>
        {
            machine.Device.Dma.TryMap<FromDevice>(machine.Memory.Kmalloc(64, Gfp.Kernel), out var loan);
            body(machine, loan);
        });
    }

    private static void Fails(Action expectation, string because) =>
        StringAssert.Contains(Assert.ThrowsExactly<ScenarioFailedException>(expectation).Message, because);
}
