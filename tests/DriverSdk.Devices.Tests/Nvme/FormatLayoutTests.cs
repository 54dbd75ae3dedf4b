using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>Prints every layout and holds it against the standard's own numbers, written here a second time on purpose.</summary>
[TestClass]
public sealed class FormatLayoutTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(typeof(NvmeCommand), 64)]
    [DataRow(typeof(NvmeCompletion), 16)]
    [DataRow(typeof(DatasetRange), 16)]
    [DataRow(typeof(LbaFormat), 4)]
    [DataRow(typeof(PowerStateDescriptor), 32)]
    [DataRow(typeof(ErrorLogEntry), 64)]
    [DataRow(typeof(SmartLog), 512)]
    [DataRow(typeof(FirmwareSlotLog), 512)]
    [DataRow(typeof(IdentifyControllerData), 4096)]
    [DataRow(typeof(IdentifyNamespaceData), 4096)]
    public void EveryStructure_ItsFields_FollowEachOtherAndSumToItsSize(Type structure, int sizeBytes)
    {
        var printout = new StringBuilder($"{structure.Name}, {sizeBytes} bytes\n");
        var next = 0;
        foreach (var (name, offset, width) in FieldsOf(structure))
        {
            printout.Append($"  {offset,5} {width,5}  {name}\n");
            Assert.AreEqual(next, offset, $"{structure.Name}.{name} leaves a hole or overlaps:\n{printout}");
            if (name.StartsWith("NotReported", StringComparison.Ordinal))
                Assert.AreEqual($"NotReported{offset}", name);
            next = offset + width;
        }

        TestContext.WriteLine(printout.ToString());
        Assert.AreEqual(sizeBytes, next);
        Assert.AreEqual(sizeBytes, Marshal.SizeOf(structure));
    }

    [TestMethod]
    [DataRow(typeof(NvmeCommand), "CommandId", 2)]
    [DataRow(typeof(NvmeCommand), "NamespaceId", 4)]
    [DataRow(typeof(NvmeCommand), "Prp1", 24)]
    [DataRow(typeof(NvmeCommand), "Prp2", 32)]
    [DataRow(typeof(NvmeCommand), "Dword10", 40)]
    [DataRow(typeof(NvmeCompletion), "SubmissionQueueHead", 8)]
    [DataRow(typeof(NvmeCompletion), "SubmissionQueueId", 10)]
    [DataRow(typeof(NvmeCompletion), "CommandId", 12)]
    [DataRow(typeof(NvmeCompletion), "StatusAndPhase", 14)]
    [DataRow(typeof(IdentifyControllerData), "SerialNumber", 4)]
    [DataRow(typeof(IdentifyControllerData), "ModelNumber", 24)]
    [DataRow(typeof(IdentifyControllerData), "FirmwareRevision", 64)]
    [DataRow(typeof(IdentifyControllerData), "MaximumDataTransferLog2", 77)]
    [DataRow(typeof(IdentifyControllerData), "ControllerId", 78)]
    [DataRow(typeof(IdentifyControllerData), "Version", 80)]
    [DataRow(typeof(IdentifyControllerData), "OptionalAsynchronousEvents", 92)]
    [DataRow(typeof(IdentifyControllerData), "ControllerType", 111)]
    [DataRow(typeof(IdentifyControllerData), "OptionalAdminCommands", 256)]
    [DataRow(typeof(IdentifyControllerData), "AbortCommandLimit", 258)]
    [DataRow(typeof(IdentifyControllerData), "AsynchronousEventRequestLimit", 259)]
    [DataRow(typeof(IdentifyControllerData), "ErrorLogPageEntries", 262)]
    [DataRow(typeof(IdentifyControllerData), "WarningTemperatureKelvin", 266)]
    [DataRow(typeof(IdentifyControllerData), "SubmissionEntrySizes", 512)]
    [DataRow(typeof(IdentifyControllerData), "NamespaceCount", 516)]
    [DataRow(typeof(IdentifyControllerData), "OptionalNvmCommands", 520)]
    [DataRow(typeof(IdentifyControllerData), "VolatileWriteCache", 525)]
    [DataRow(typeof(IdentifyControllerData), "AtomicWriteUnitNormal", 526)]
    [DataRow(typeof(IdentifyControllerData), "SubsystemName", 768)]
    [DataRow(typeof(IdentifyControllerData), "PowerState0", 2048)]
    [DataRow(typeof(IdentifyNamespaceData), "UtilizationBlocks", 16)]
    [DataRow(typeof(IdentifyNamespaceData), "FormattedSize", 26)]
    [DataRow(typeof(IdentifyNamespaceData), "DeallocateFeatures", 33)]
    [DataRow(typeof(IdentifyNamespaceData), "Attributes", 99)]
    [DataRow(typeof(IdentifyNamespaceData), "Nguid", 104)]
    [DataRow(typeof(IdentifyNamespaceData), "Eui64", 120)]
    [DataRow(typeof(IdentifyNamespaceData), "Format0", 128)]
    [DataRow(typeof(ErrorLogEntry), "StatusAndPhase", 12)]
    [DataRow(typeof(ErrorLogEntry), "StartBlock", 16)]
    [DataRow(typeof(SmartLog), "TemperatureKelvin", 1)]
    [DataRow(typeof(SmartLog), "PercentageUsed", 5)]
    [DataRow(typeof(SmartLog), "DataUnitsRead", 32)]
    [DataRow(typeof(SmartLog), "HostReadCommands", 64)]
    [DataRow(typeof(SmartLog), "UnsafeShutdowns", 144)]
    [DataRow(typeof(SmartLog), "MediaErrors", 160)]
    [DataRow(typeof(FirmwareSlotLog), "Slot1Revision", 8)]
    public void KnownField_LiesWhereTheStandardPutsIt(Type structure, string field, int offset) =>
        Assert.AreEqual(offset, FieldsOf(structure).Single(candidate => candidate.Name == field).Offset);

    [TestMethod]
    public void StatusTable_HasOneRowForEachCode_InOrder()
    {
        var rows = NvmeStatusTable.All.Select(row => row.Code).ToArray();
        CollectionAssert.AreEqual(Enum.GetValues<NvmeStatusCode>(), rows);
    }

    [TestMethod]
    public void Status_FieldsAndText_ComeFromItsBits()
    {
        var status = NvmeStatus.Of(NvmeStatusCode.UnrecoveredReadError).WithMore();
        Assert.AreEqual(0x2281, status.Value);
        Assert.AreEqual(2, status.CodeType);
        Assert.AreEqual("UnrecoveredReadError (0x281, M)", status.ToString());
        Assert.AreEqual(0x4080, NvmeStatus.Of(NvmeStatusCode.LbaOutOfRange).Value);
        Assert.AreEqual("LbaOutOfRange (0x80, DNR)", NvmeStatus.Of(NvmeStatusCode.LbaOutOfRange).ToString());
    }

    private static IEnumerable<(string Name, int Offset, int Width)> FieldsOf(Type structure) =>
        structure.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => (field.Name, (int)Marshal.OffsetOf(structure, field.Name), WidthOf(field)));

    private static int WidthOf(FieldInfo field) =>
        field.GetCustomAttribute<FixedBufferAttribute>() is { } buffer ? buffer.Length * Marshal.SizeOf(buffer.ElementType) : Marshal.SizeOf(field.FieldType);
}
