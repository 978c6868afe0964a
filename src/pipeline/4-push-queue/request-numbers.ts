import { assert } from '../../engine/assert.js';
import type { PushRequest } from '../model/push-request.js';

/**
 * Small numbers for requests that wait, so that they fit into columns of numbers. A request has its number for as long
 * as anybody holds it; then the number is given to another. 0 is nobody's.
 */
export class RequestNumbers {
  private readonly requests: (PushRequest | undefined)[] = [undefined];
  private readonly holders: number[] = [0];
  private readonly numbers = new Map<PushRequest, number>();
  private readonly free: number[] = [];

  /** The number of the request, held by so many more. */
  hold(request: PushRequest, holders = 1): number {
    let number = this.numbers.get(request);
    if (number === undefined) {
      number = this.free.pop() ?? this.requests.length;
      this.numbers.set(request, number);
      this.requests[number] = request;
      this.holders[number] = 0;
    }
    this.holders[number]! += holders;
    return number;
  }

  of(number: number): PushRequest {
    const request = this.requests[number];
    assert(request !== undefined, 'only numbers that are held stand for a request');
    return request;
  }

  /** So many who held it do so no longer. */
  letGo(number: number, holders = 1): void {
    this.holders[number]! -= holders;
    if (this.holders[number] === 0) this.forget(number);
  }

  private forget(number: number): void {
    this.numbers.delete(this.of(number));
    this.requests[number] = undefined;
    this.free.push(number);
  }
}
