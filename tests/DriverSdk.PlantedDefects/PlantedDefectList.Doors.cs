namespace DriverSdk.PlantedDefects;

internal static partial class PlantedDefectList
{
    // Defects of the door, its client and its devices.
    private static IReadOnlyList<PlantedDefect> Doors =>
    [
        // The door
        new("the-door-writes-big-endian", "src/DriverSdk.Cli/Protocol/AccessCommands.cs",
            "BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);",
            "BinaryPrimitives.WriteUInt64BigEndian(bytes, value);",
            Cli, "FullyQualifiedName~AGoodRequest_HasItsAnswer"),
        new("a-clock-step-begins-at-zero", "src/DriverSdk.Cli/Protocol/ClockCommands.cs",
            "long.MaxValue : timeline.NowNanoseconds + step;",
            "long.MaxValue : step;",
            Cli, "FullyQualifiedName~ProtocolTests"),
        new("a-line-in-pieces-loses-its-end", "src/DriverSdk.Cli/Protocol/LineCutter.cs",
            "if (end < 0 || _length != 0)",
            "if (end < 0)",
            Cli, "FullyQualifiedName~RequestsInPieces_AreAnsweredAsIfTheyCameWhole"),
        new("a-batch-mixes-up-its-answers", "src/DriverSdk.Qtest/QtestBatch.cs",
            "answers[index]",
            "answers[^1]",
            Qtest, "FullyQualifiedName~Batch_SendsEverythingBeforeItReads_AndReturnsTheReads"),
        new("a-machine-that-refuses-counts-as-started", "src/DriverSdk.Qtest/Machines/QtestMachine.cs",
            "            WaitUntilItAnswers();\n",
            "",
            Qtest, "FullyQualifiedName~AnOptionThatQemuRefuses_EndsInQemusOwnMessage"),

        // Its devices
        new("edu-reaches-beyond-its-mask", "src/DriverSdk.Devices/Edu/EduDevice.cs",
            "new Iova(transfer.MemoryAddress & _dmaMask)",
            "new Iova(transfer.MemoryAddress)",
            Devices, "Name~AddressBitsAboveTheMaskAreDropped"),
        new("edu-echoes-instead-of-inverting", "src/DriverSdk.Devices/Edu/EduDevice.cs",
            "Volatile.Write(ref _liveness, ~value);",
            "Volatile.Write(ref _liveness, value);",
            Devices, "FullyQualifiedName~EduTests"),
        new("one-acknowledgement-clears-every-reason", "src/DriverSdk.Devices/Edu/EduDevice.cs",
            "_interrupts &= ~reasons;",
            "_interrupts = 0;",
            Devices, "Name~TheLineStaysUntilEveryReasonIsAcknowledged"),
        new("the-probe-takes-more-than-its-buffer", "src/DriverSdk.Devices/DmaProbe/DmaProbeDevice.cs",
            "if (lengthBytes > BufferBytes)",
            "if (lengthBytes > int.MaxValue)",
            Devices, "Name~RegistersThatDescribeNoAccess_SendNothingOut"),
    ];
}
