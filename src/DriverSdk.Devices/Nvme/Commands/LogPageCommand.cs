using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>Get Log Page.</summary>
internal sealed class LogPageCommand(NvmeCore core)
{
    private const ushort TemperatureKelvin = 300;
    private const byte SparePercent = 100;
    private const byte SpareThresholdPercent = 10;
    private const int DataUnitBytes = 512 * 1000;

    public NvmeStatusCode Execute(in NvmeCommand command, CommandScratch scratch)
    {
        var id = (LogPageId)(command.Dword10 & 0xff);
        var retainsEvent = (command.Dword10 & (1u << 15)) != 0;
        var lengthBytes = ((ulong)((command.Dword10 >> 16) | (command.Dword11 << 16)) + 1) * sizeof(uint);
        var offset = command.Dword12 | ((ulong)command.Dword13 << 32);

        var page = scratch.Page.AsSpan();
        page.Clear();
        var pageBytes = Fill(id, page);
        if (pageBytes == 0)
            return NvmeStatusCode.InvalidLogPage;
        // LPA bit 0 is clear: the SMART log is the controller's, not a namespace's.
        if (id == LogPageId.SmartHealth && command.NamespaceId is not (0 or NvmeCore.AllNamespaces))
            return NvmeStatusCode.InvalidField;
        if ((offset & 3) != 0 || offset > (ulong)pageBytes)
            return NvmeStatusCode.InvalidField;

        // What lies past the page's end is undefined in the standard; here the transfer ends with the page.
        var rest = page[(int)offset..pageBytes];
        var status = core.WriteData(in command, scratch, rest[..(int)Math.Min((ulong)rest.Length, lengthBytes)]);
        if (status == NvmeStatusCode.Success && !retainsEvent)
            core.Events.LogPageRead(id);
        return status;
    }

    private int Fill(LogPageId id, Span<byte> page)
    {
        switch (id)
        {
            case LogPageId.ErrorInformation:
                core.Errors.CopyTo(MemoryMarshal.Cast<byte, ErrorLogEntry>(page));
                return page.Length;
            case LogPageId.SmartHealth:
                MemoryMarshal.AsRef<SmartLog>(page) = Smart();
                return Unsafe.SizeOf<SmartLog>();
            case LogPageId.FirmwareSlot:
                FillFirmware(ref MemoryMarshal.AsRef<FirmwareSlotLog>(page));
                return Unsafe.SizeOf<FirmwareSlotLog>();
            default:
                return 0;
        }
    }

    private SmartLog Smart()
    {
        var statistics = core.Statistics;
        return new SmartLog
        {
            TemperatureKelvin = TemperatureKelvin,
            AvailableSparePercent = SparePercent,
            SpareThresholdPercent = SpareThresholdPercent,
            DataUnitsRead = Units(statistics.BytesRead),
            DataUnitsWritten = Units(statistics.BytesWritten),
            HostReadCommands = (ulong)(statistics.CommandsOf(NvmOpcode.Read) + statistics.CommandsOf(NvmOpcode.Compare)),
            HostWriteCommands = (ulong)statistics.CommandsOf(NvmOpcode.Write),
            PowerCycles = 1,
            PowerOnHours = (ulong)(core.Port.Timeline.NowNanoseconds / 3_600_000_000_000),
            UnsafeShutdowns = (ulong)statistics.UnsafeShutdowns,
            MediaErrors = (ulong)statistics.MediaErrors,
            ErrorLogEntries = core.Errors.Count,
        };
    }

    private static unsafe void FillFirmware(ref FirmwareSlotLog log)
    {
        log.ActiveFirmware = 1;
        fixed (byte* revision = log.Slot1Revision)
            IdentifyCommand.WriteText(new Span<byte>(revision, 8), IdentifyCommand.FirmwareRevision);
    }

    private static UInt128 Units(long bytes) => (ulong)((bytes + DataUnitBytes - 1) / DataUnitBytes);
}
