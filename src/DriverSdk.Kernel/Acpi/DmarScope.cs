using DriverSdk.Contract.Acpi;

namespace DriverSdk.Kernel.Acpi;

/// <summary>One function or bridge, I/O APIC or timer block that a structure of the DMAR names.</summary>
/// <param name="Type">What it names.</param>
/// <param name="Enumeration">The number of an I/O APIC or timer block.</param>
/// <param name="StartBus">The bus on which the path begins.</param>
/// <param name="Path">Device and function number of each bridge on the way, and of what is named.</param>
internal sealed record DmarScope(DmarScopeType Type, byte Enumeration, byte StartBus, IReadOnlyList<(int Device, int Function)> Path)
{
    /// <summary>The scope as messages print it: <c>bus 00 &gt; 04.0 &gt; 00.0</c>.</summary>
    public override string ToString() => $"{Type} at bus {StartBus:x2}" + string.Concat(Path.Select(step => $" > {step.Device:x2}.{step.Function:x}"));
}
