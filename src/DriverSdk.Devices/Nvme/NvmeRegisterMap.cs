using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Devices.Nvme;

/// <summary>The controller's registers (NVMe 1.4, Controller Registers; Linux <c>NVME_REG_*</c>).</summary>
internal static class NvmeRegisterMap
{
    private const int FirstDoorbell = 0x1000;

    // Properties of the controller stand in one table; only the doorbells differ, in number and distance, from controller to controller.
    public static RegisterMap<NvmeController> Build(NvmeControllerOptions options) =>
        new RegisterMapBuilder<NvmeController>()
            .Add(Identification)
            .Add(InterruptMasks)
            .Add(Control)
            .Add(AdminQueue)
            .Gap(0x38..FirstDoorbell)
            .Add(map => Doorbells(map, options.IoQueuePairs + 1, options.DoorbellStrideBytes))
            .Build();

    private static RegisterMapBuilder<NvmeController> Identification(RegisterMapBuilder<NvmeController> map) => map
        .Register64(0x00, "CAP", r => r
            .Value(get: controller => controller.Registers.Capabilities)
            .Field(0..16, "MQES")
            .Field(16..17, "CQR")
            .Field(17..19, "AMS")
            .Reserved(19..24)
            .Field(24..32, "TO")
            .Field(32..36, "DSTRD")
            .Field(36..37, "NSSRS")
            .Field(37..45, "CSS")
            .Reserved(45..48)
            .Field(48..52, "MPSMIN")
            .Field(52..56, "MPSMAX")
            .Reserved(56..64))
        .Register32(0x08, "VS", r => r
            .Constant(NvmeRegisters.Version)
            .Field(0..8, "TER")
            .Field(8..16, "MNR")
            .Field(16..32, "MJR"));

    private static RegisterMapBuilder<NvmeController> InterruptMasks(RegisterMapBuilder<NvmeController> map) => map
        .Register32(0x0c, "INTMS", r => r
            .Value(get: controller => controller.Interrupts.Mask, set: (controller, value) => controller.Interrupts.Mask = (uint)value)
            .Field(0..32, "IVMS", FieldAccess.WriteOneToSet))
        .Register32(0x10, "INTMC", r => r
            .Value(get: controller => controller.Interrupts.Mask, set: (controller, value) => controller.Interrupts.Mask = (uint)value)
            .Field(0..32, "IVMC", FieldAccess.WriteOneToClear));

    private static RegisterMapBuilder<NvmeController> Control(RegisterMapBuilder<NvmeController> map) => map
        .Register32(0x14, "CC", r => r
            .Value(get: controller => controller.Registers.Configuration, set: (controller, value) => controller.Lifecycle.Configure((uint)value))
            .Field(0..1, "EN")
            .Reserved(1..4)
            .Field(4..7, "CSS")
            .Field(7..11, "MPS")
            .Field(11..14, "AMS")
            .Field(14..16, "SHN")
            .Field(16..20, "IOSQES")
            .Field(20..24, "IOCQES")
            .Reserved(24..32))
        .Gap(0x18..0x1c)
        .Register32(0x1c, "CSTS", r => r
            .Value(get: controller => controller.Lifecycle.Status)
            .Field(0..1, "RDY")
            .Field(1..2, "CFS")
            .Field(2..4, "SHST")
            .Field(4..5, "NSSRO")
            .Field(5..6, "PP")
            .Reserved(6..32))
        .Gap(0x20..0x24);

    private static RegisterMapBuilder<NvmeController> AdminQueue(RegisterMapBuilder<NvmeController> map) => map
        .Register32(0x24, "AQA", r => r
            .Value(controller => controller.Registers.AdminQueueAttributes, (controller, value) => controller.Registers.AdminQueueAttributes = (uint)value)
            .Field(0..12, "ASQS")
            .Reserved(12..16)
            .Field(16..28, "ACQS")
            .Reserved(28..32))
        .Register64(0x28, "ASQ", r => r
            .Value(controller => controller.Registers.AdminSubmissionBase, (controller, value) => controller.Registers.AdminSubmissionBase = value)
            .Reserved(0..12)
            .Field(12..64, "ASQB"))
        .Register64(0x30, "ACQ", r => r
            .Value(controller => controller.Registers.AdminCompletionBase, (controller, value) => controller.Registers.AdminCompletionBase = value)
            .Reserved(0..12)
            .Field(12..64, "ACQB"));

    private static RegisterMapBuilder<NvmeController> Doorbells(RegisterMapBuilder<NvmeController> map, int queues, int strideBytes) => map
        .Array(FirstDoorbell, "SQTDBL", AccessWidth.DoubleWord, queues, 2 * strideBytes, r => r
            .Value(set: (controller, queue, value) => controller.Doorbells.RingSubmission(queue, (uint)value))
            .Field(0..16, "SQT", FieldAccess.WriteOnly)
            .Reserved(16..32))
        .Array(FirstDoorbell + strideBytes, "CQHDBL", AccessWidth.DoubleWord, queues, 2 * strideBytes, r => r
            .Value(set: (controller, queue, value) => controller.Doorbells.RingCompletion(queue, (uint)value))
            .Field(0..16, "CQH", FieldAccess.WriteOnly)
            .Reserved(16..32));
}
