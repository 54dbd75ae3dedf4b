namespace DriverSdk.Qtest.Machines;

/// <summary>A message that reached a CPU's interrupt controller, after remapping.</summary>
/// <param name="ApicId">The controller.</param>
/// <param name="Vector">The vector.</param>
public readonly record struct DeliveredInterrupt(uint ApicId, byte Vector);
