using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Iommu;

namespace DriverSdk.Testing;

/// <summary>A fault that the kernel has logged, and what more a scenario may expect of it.</summary>
/// <param name="fault">The fault.</param>
public sealed class FaultExpectation(IommuFault fault)
{
    /// <summary>The fault as the kernel logged it.</summary>
    public IommuFault Fault { get; } = fault;

    /// <summary>Expects that the refused access lay in the page of <paramref name="address"/>.</summary>
    /// <exception cref="ScenarioFailedException">The log names another page.</exception>
    public FaultExpectation At(Iova address) =>
        address.Value >= Fault.Page.Value && address.Value - Fault.Page.Value < PageSize.CpuBytes
            ? this
            : throw new ScenarioFailedException($"The fault should lie in the page of {address}; the kernel logged: {Fault}.");

    /// <summary>Expects that the log names this device.</summary>
    /// <param name="deviceName">The device's name, such as <c>0000:00:02.0</c>.</param>
    /// <exception cref="ScenarioFailedException">The log names another device.</exception>
    public FaultExpectation By(string deviceName) =>
        Fault.DeviceName == deviceName
            ? this
            : throw new ScenarioFailedException($"The fault should name device '{deviceName}'; the kernel logged: {Fault}.");
}
