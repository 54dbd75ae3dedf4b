namespace DriverSdk.Qtest;

/// <summary>One <c>IRQ raise</c> or <c>IRQ lower</c> line that the machine sent between its answers.</summary>
/// <param name="Line">Number of the line at the intercepted device, from 0.</param>
/// <param name="Level">What it changed to.</param>
public readonly record struct IrqEvent(int Line, IrqLevel Level);
