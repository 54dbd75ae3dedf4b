using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel;
using DriverSdk.Machines;
using Outsider;

var driver = new DoublerDriver();
var result = Errno.NoDevice;
using var machine = new MachineBuilder().Attach(new Doubler(), new Bdf(0, 4, 0)).Build();
machine.Run(kernel =>
{
    result = kernel.Pci.RegisterDriver(driver);
    kernel.Pci.UnregisterDriver(driver);
});
Console.WriteLine($"{result}: {string.Join(' ', driver.Doubled)}");
