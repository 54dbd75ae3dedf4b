using DriverSdk.Contract.Addressing;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Machines;

/// <summary>The launchers alone: what they say when a machine is missing or refuses its options. Some change the environment, so nothing runs beside them.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LauncherTests
{
    private const string MissingText = "qemu-system-x86_64 is not installed: apt-get install qemu-system-x86";
    private const string CiVariable = "CI";

    [TestMethod]
    public void WithoutQemu_ALaunchSaysHowToInstallIt() => WithoutQemu(() =>
    {
        Assert.IsNull(QemuInstallation.TryFind());
        var error = Assert.ThrowsExactly<QtestException>(() => QemuMachine.Start(new QtestMachineOptions()));

        Assert.AreEqual(MissingText, error.Message);
    });

    [TestMethod]
    public void WithoutQemu_AScenarioIsSkippedAndSaysWhy() => WithoutQemu(() => With(CiVariable, null, () =>
    {
        var skipped = Assert.ThrowsExactly<AssertInconclusiveException>(() => Scenario.On(MachineKind.Qemu));

        StringAssert.Contains(skipped.Message, MissingText);
    }));

    [TestMethod]
    [DataRow("true")]
    [DataRow("True")]
    public void WithoutQemu_AScenarioFailsWhereQemuMustBe(string ci) => WithoutQemu(() => With(CiVariable, ci, () =>
    {
        var failed = Assert.ThrowsExactly<AssertFailedException>(() => Scenario.OnNew(MachineKind.Qemu));

        StringAssert.Contains(failed.Message, MissingText);
    }));

    [TestMethod]
    public void ANamedQemuThatDoesNotExist_IsNamed() => With(QemuInstallation.PathVariable, "/nowhere/qemu", () =>
    {
        var error = Assert.ThrowsExactly<FileNotFoundException>(QemuInstallation.TryFind);

        Assert.AreEqual("DRIVERSDK_QEMU is '/nowhere/qemu', and there is no such file; correct it or unset it.", error.Message);
    });

    [TestMethod]
    public void ANamedToolThatDoesNotExist_IsNamed() => With(DriverSdkMachine.ToolVariable, "/nowhere/tool.dll", () =>
    {
        var error = Assert.ThrowsExactly<QtestException>(() => DriverSdkMachine.Start(new QtestMachineOptions()));

        Assert.AreEqual("DRIVERSDK_TOOL is '/nowhere/tool.dll', and there is no such file; correct it or unset it.", error.Message);
    });

    [TestMethod]
    [DataRow("aw=39", "--iommu has no key 'aw'; it has aw-bits, ")]
    [DataRow("scalable-mode=on", "scalable-mode=on is not modelled yet")]
    [DataRow("emu-coherent=off", "the protocol has no word to write their cache lines back")]
    [DataRow("emu-fault-records=9", "emu-fault-records is '9'; write emu-fault-records=1..8.")]
    public void AnOptionThatTheToolRefuses_EndsInTheToolsOwnMessage(string further, string message) =>
        ShouldRefuse(message, () => DriverSdkMachine.Start(WithUnit(further)));

    [TestMethod]
    public void ADeviceThatTheToolDoesNotHave_EndsInTheToolsOwnMessage() =>
        ShouldRefuse("--device names 'foo'; there are dma-probe, edu, nvme", () => DriverSdkMachine.Start(new QtestMachineOptions().With("foo", new Bdf(0, 4, 0))));

    [TestMethod]
    [DataRow("foo=on", "intel-iommu.foo")]
    [DataRow("x-scalable-mode=perhaps", "x-scalable-mode")]
    public void AnOptionThatQemuRefuses_EndsInQemusOwnMessage(string further, string message)
    {
        TestMachines.NeedQemu(MachineKind.Qemu);

        ShouldRefuse(message, () => QemuMachine.Start(WithUnit(further)));
    }

    [TestMethod]
    public void ADeviceBehindABridge_IsRefusedByQemusLauncher()
    {
        TestMachines.NeedQemu(MachineKind.Qemu);

        var error = Assert.ThrowsExactly<ArgumentException>(() => QemuMachine.Start(new QtestMachineOptions().With("edu", new Bdf(1, 0, 0))));

        StringAssert.StartsWith(error.Message, "edu stands at 01:00.0; this launcher puts devices on QEMU's bus 0 only.");
    }

    [TestMethod]
    [DataRow(0UL)]
    [DataRow((1UL << 20) + 4096)]
    public void MemoryInOddSizes_IsRefused(ulong bytes)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => DriverSdkMachine.Start(new QtestMachineOptions { MemoryBytes = bytes }));

        Assert.AreEqual($"MemoryBytes is {bytes}; it must be a multiple of 1 MiB and not 0.", error.Message);
    }

    // QEMU takes a closed qtest connection for one that may come back, and lives on.
    [TestMethod]
    public void AMachineOfOurs_EndsWhenItsClientCloses()
    {
        using var machine = TestMachines.Start(MachineKind.DriverSdk, new QtestIommuOptions());

        machine.Client.Dispose();

        Assert.IsTrue(machine.WaitForExit(TimeSpan.FromSeconds(30)));
    }

    private static QtestMachineOptions WithUnit(string further) => new() { Iommu = new QtestIommuOptions { Further = [further] } };

    private static void ShouldRefuse(string message, Func<QtestMachine> start)
    {
        var error = Assert.ThrowsExactly<QtestException>(() => start().Dispose());

        StringAssert.Contains(error.Message, "it ended with code ");
        StringAssert.Contains(error.Message, message);
    }

    // An empty folder as the whole search path: whatever is installed is not found.
    private static void WithoutQemu(Action act)
    {
        var folder = Directory.CreateTempSubdirectory("no-qemu-");
        try
        {
            With(QemuInstallation.PathVariable, null, () => With("PATH", folder.FullName, act));
        }
        finally
        {
            folder.Delete();
        }
    }

    private static void With(string variable, string? value, Action act)
    {
        var before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, value);
        try
        {
            act();
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }
}
