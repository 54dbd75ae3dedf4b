using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Events;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>Identify: what the controller and its namespace say about themselves.</summary>
internal sealed class IdentifyCommand(NvmeCore core)
{
    public const string FirmwareRevision = "1.0";

    private const uint GreatestListableId = 0xfffffffd;

    public NvmeStatusCode Execute(in NvmeCommand command, CommandScratch scratch)
    {
        var page = scratch.Page.AsSpan();
        page.Clear();
        var status = Fill((IdentifyKind)(command.Dword10 & 0xff), command.NamespaceId, page);
        return status == NvmeStatusCode.Success ? core.WriteData(in command, scratch, page) : status;
    }

    /// <summary>Writes ASCII padded with spaces.</summary>
    public static void WriteText(Span<byte> field, string text)
    {
        field.Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, field);
    }

    private NvmeStatusCode Fill(IdentifyKind kind, uint namespaceId, Span<byte> page)
    {
        switch (kind)
        {
            case IdentifyKind.Controller:
                FillController(ref MemoryMarshal.AsRef<IdentifyControllerData>(page));
                return NvmeStatusCode.Success;
            case IdentifyKind.Namespace when namespaceId == NvmeCore.NamespaceId:
                FillNamespace(ref MemoryMarshal.AsRef<IdentifyNamespaceData>(page));
                return NvmeStatusCode.Success;
            case IdentifyKind.NamespaceDescriptors when namespaceId == NvmeCore.NamespaceId:
                FillDescriptors(page);
                return NvmeStatusCode.Success;
            case IdentifyKind.ActiveNamespaceList when namespaceId <= GreatestListableId:
                MemoryMarshal.Write(page, namespaceId < NvmeCore.NamespaceId ? NvmeCore.NamespaceId : 0);
                return NvmeStatusCode.Success;
            case IdentifyKind.Namespace or IdentifyKind.NamespaceDescriptors or IdentifyKind.ActiveNamespaceList:
                return NvmeStatusCode.InvalidNamespace;
            default:
                return NvmeStatusCode.InvalidField;
        }
    }

    private unsafe void FillController(ref IdentifyControllerData data)
    {
        data.VendorId = NvmeController.VendorId;
        data.SubsystemVendorId = NvmeController.VendorId;
        fixed (byte* serial = data.SerialNumber, model = data.ModelNumber, revision = data.FirmwareRevision, name = data.SubsystemName)
        {
            WriteText(new Span<byte>(serial, 20), core.Options.SerialNumber);
            WriteText(new Span<byte>(model, 40), core.Options.ModelNumber);
            WriteText(new Span<byte>(revision, 8), FirmwareRevision);
            Encoding.ASCII.GetBytes($"nqn.2026-01.org.driversdk:nvme:{core.Options.SerialNumber}", new Span<byte>(name, 256));
        }

        data.MaximumDataTransferLog2 = (byte)BitOperations.Log2((uint)core.Options.MaximumTransferBytes / CommandScratch.PageBytes);
        data.Version = NvmeRegisters.Version;
        data.ControllerType = 1;
        data.AbortCommandLimit = 3;
        data.AsynchronousEventRequestLimit = AsynchronousEvents.RequestLimit - 1;
        data.FirmwareUpdates = (1 << 1) | 1;
        data.LogPageAttributes = 1 << 2;
        data.ErrorLogPageEntries = ErrorLog.Entries - 1;
        data.WarningTemperatureKelvin = 343;
        data.CriticalTemperatureKelvin = 353;
        data.SubmissionEntrySizes = 0x66;
        data.CompletionEntrySizes = 0x44;
        data.NamespaceCount = 1;
        data.OptionalNvmCommands = (1 << 0) | (1 << 2) | (1 << 3);
        data.VolatileWriteCache = (3 << 1) | 1;
        data.PowerState0.MaximumPowerCentiwatts = 2500;
    }

    private unsafe void FillNamespace(ref IdentifyNamespaceData data)
    {
        data.SizeBlocks = core.Backend.BlockCount;
        data.CapacityBlocks = core.Backend.BlockCount;
        data.UtilizationBlocks = core.Backend.BlockCount;
        data.DeallocateFeatures = 1 | (1 << 3);
        data.Attributes = core.Backend.Access == BackendAccess.ReadOnly ? (byte)1 : (byte)0;
        fixed (byte* nguid = data.Nguid)
            WriteNguid(new Span<byte>(nguid, 16));
        data.Format0.BlockSizeLog2 = (byte)BitOperations.Log2((uint)core.Backend.BlockBytes);
    }

    private void FillDescriptors(Span<byte> page)
    {
        // One descriptor: type 2 is an NGUID of 16 bytes, after a header of four.
        page[0] = 2;
        page[1] = 16;
        WriteNguid(page.Slice(4, 16));
    }

    // The same serial number gives the same id on every run.
    private void WriteNguid(Span<byte> field) => WriteText(field, core.Options.SerialNumber[Math.Max(0, core.Options.SerialNumber.Length - 16)..]);
}
