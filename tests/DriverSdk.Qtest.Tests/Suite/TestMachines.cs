using DriverSdk.Contract.Addressing;
using DriverSdk.Qtest.Machines;

namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>Starts machines for scenarios.</summary>
internal static class TestMachines
{
    /// <summary>The functions that every machine has.</summary>
    public static Bdf EduFunction => new(0, 4, 0);

    public static Bdf OtherEduFunction => new(0, 5, 0);

    public static QtestMachine Start(MachineKind kind, QtestIommuOptions iommu)
    {
        var options = WithEdu(iommu);
        return kind == MachineKind.Qemu ? QemuMachine.Start(options) : DriverSdkMachine.Start(options);
    }

    /// <summary>Skips a test that needs QEMU where there is none, and fails it in continuous integration, which must have one.</summary>
    public static void NeedQemu(MachineKind kind)
    {
        if (kind != MachineKind.Qemu || QemuInstallation.TryFind() is not null)
            return;
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            Assert.Fail(QemuInstallation.MissingText);
        Assert.Inconclusive(QemuInstallation.MissingText);
    }

    private static QtestMachineOptions WithEdu(QtestIommuOptions iommu)
    {
        const string AnyAddress = "dma_mask=0xffffffffffffffff";
        return new QtestMachineOptions { Iommu = iommu }.With("edu", EduFunction, AnyAddress).With("edu", OtherEduFunction, AnyAddress);
    }
}
